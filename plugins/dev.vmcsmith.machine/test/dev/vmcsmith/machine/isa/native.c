// SPDX-License-Identifier: EPL-2.0
// Runs single instructions on the build machine's processor. Reads records from standard input, writes them back with the results:
// seven registers (rax rbx rcx rdx rsi rdi r8), rflags, mode (64 or 32), length, 16 code bytes; in the answer mode is 1 for a fault.
#define _GNU_SOURCE
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

struct record {
    uint64_t reg[7];
    uint64_t flags;
    uint64_t mode;
    uint64_t length;
    uint8_t code[16];
    uint8_t far[16];
};

static sigjmp_buf out;
static uint8_t altstack[65536];

static void fault(int sig) {
    (void) sig;
    siglongjmp(out, 1);
}

static const uint8_t prolog[] = {0x53, 0x55, 0x41, 0x54, 0x41, 0x55, 0x41, 0x56, 0x41, 0x57, 0x49, 0x89, 0xFF, 0x41, 0xFF, 0x77, 56, 0x9D,
    0x49, 0x8B, 0x07, 0x49, 0x8B, 0x5F, 8, 0x49, 0x8B, 0x4F, 16, 0x49, 0x8B, 0x57, 24, 0x49, 0x8B, 0x77, 32, 0x49, 0x8B, 0x7F, 40,
    0x4D, 0x8B, 0x47, 48};
static const uint8_t epilog[] = {0x49, 0x89, 0x07, 0x49, 0x89, 0x5F, 8, 0x49, 0x89, 0x4F, 16, 0x49, 0x89, 0x57, 24, 0x49, 0x89, 0x77, 32,
    0x49, 0x89, 0x7F, 40, 0x4D, 0x89, 0x47, 48, 0x9C, 0x41, 0x8F, 0x47, 56, 0xFC, 0x41, 0x5F, 0x41, 0x5E, 0x41, 0x5D, 0x41, 0x5C, 0x5D,
    0x5B, 0xC3};

int main(void) {
    uint8_t *page = mmap(0, 8192, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
    if (page == MAP_FAILED) {
        return 2;
    }
    stack_t ss = {.ss_sp = altstack, .ss_size = sizeof altstack};
    sigaltstack(&ss, 0);
    struct sigaction action = {.sa_handler = fault, .sa_flags = SA_NODEFER | SA_ONSTACK};
    sigaction(SIGFPE, &action, 0);
    sigaction(SIGILL, &action, 0);
    sigaction(SIGSEGV, &action, 0);
    sigaction(SIGBUS, &action, 0);
    static struct record r;
    while (fread(&r, 1, 96, stdin) == 96) {
        uint8_t *p = page;
        memcpy(p, prolog, sizeof prolog);
        p += sizeof prolog;
        if (r.mode == 32) {
            uint8_t *code = page + 4096;
            uint32_t target = (uint32_t) (uintptr_t) code;
            uint16_t cs = 0x23;
            memcpy(r.far, &target, 4);
            memcpy(r.far + 4, &cs, 2);
            static const uint8_t jump[] = {0x41, 0xFF, 0x6F, 96};
            memcpy(p, jump, 4);
            p += 4;
            memcpy(code, r.code, r.length);
            code += r.length;
            uint32_t back = (uint32_t) (uintptr_t) p;
            uint16_t cs64 = 0x33;
            *code++ = 0xEA;
            memcpy(code, &back, 4);
            memcpy(code + 4, &cs64, 2);
        } else {
            memcpy(p, r.code, r.length);
            p += r.length;
        }
        memcpy(p, epilog, sizeof epilog);
        if (sigsetjmp(out, 0) == 0) {
            ((void (*)(struct record *)) page)(&r);
            r.mode = 0;
        } else {
            r.mode = 1;
        }
        fwrite(&r, 1, 96, stdout);
        fflush(stdout);
    }
    return 0;
}
