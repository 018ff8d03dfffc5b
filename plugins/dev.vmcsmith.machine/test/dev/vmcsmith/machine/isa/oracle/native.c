// SPDX-License-Identifier: EPL-2.0
// Runs single instructions on the build machine's processor from a given state, and reports the state they leave. Records come from standard
// input and go to standard output. An instruction lies in a page of INT3, so that wherever it goes a signal follows; signal handlers
// exchange the whole state. See ProcessorState for the record.
#define _GNU_SOURCE
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>

#define CODE 0x200000
#define DATA 0x210000
#define AT 0x800
#define MEMORY 320
#define FX 464

struct record {
    uint64_t gpr[16];
    uint64_t rflags;
    uint64_t rip;
    uint64_t mode;
    uint64_t vector;
    uint64_t length;
    uint8_t code[16];
    uint64_t spare;
    uint8_t memory[MEMORY];
    uint8_t fx[512];
};

static struct record r;
static int running;
static gregset_t saved;
static uint8_t savedfx[512];
static uint8_t altstack[1 << 18] __attribute__((aligned(64)));

// RAX RCX RDX RBX RSP RBP RSI RDI R8..R15
static const int order[16] = {REG_RAX, REG_RCX, REG_RDX, REG_RBX, REG_RSP, REG_RBP, REG_RSI, REG_RDI, REG_R8, REG_R9, REG_R10, REG_R11,
    REG_R12, REG_R13, REG_R14, REG_R15};

static void enter(ucontext_t *u) {
    greg_t *g = u->uc_mcontext.gregs;
    uint8_t *fx = (uint8_t *) u->uc_mcontext.fpregs;
    memcpy(saved, g, sizeof saved);
    memcpy(savedfx, fx, FX);
    for (int n = 0; n < 16; n++) {
        g[order[n]] = r.gpr[n];
    }
    g[REG_EFL] = r.rflags;
    g[REG_RIP] = CODE + AT;
    uint64_t cs = (r.mode & 0xFF) == 32 ? 0x23 : 0x33;
    g[REG_CSGSFS] = cs | 0x2BULL << 48;
    if (r.mode & 0x100) {
        uint32_t mask;
        memcpy(&mask, fx + 28, 4);
        memcpy(fx, r.fx, FX);
        memcpy(fx + 28, &mask, 4);
        uint64_t present;
        memcpy(&present, fx + 512, 8);
        present |= 3;
        memcpy(fx + 512, &present, 8);
    }
    running = 1;
}

static void leave(ucontext_t *u) {
    greg_t *g = u->uc_mcontext.gregs;
    uint8_t *fx = (uint8_t *) u->uc_mcontext.fpregs;
    for (int n = 0; n < 16; n++) {
        r.gpr[n] = g[order[n]];
    }
    r.rflags = g[REG_EFL];
    r.rip = g[REG_RIP];
    r.vector = g[REG_TRAPNO];
    if (r.mode & 0x100) {
        memcpy(r.fx, fx, FX);
    }
    memcpy(g, saved, sizeof saved);
    memcpy(fx, savedfx, FX);
    running = 0;
}

static void handler(int sig, siginfo_t *info, void *context) {
    (void) sig;
    (void) info;
    if (running) {
        leave(context);
    } else {
        enter(context);
    }
}

static void *fixed(uint64_t at, size_t size) {
    return mmap((void *) at, size, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
}

int main(void) {
    if (fixed(CODE, 4096) != (void *) CODE || fixed(DATA - 4096, 3 * 4096) != (void *) (DATA - 4096)) {
        return 2;
    }
    stack_t ss = {.ss_sp = altstack, .ss_size = sizeof altstack};
    sigaltstack(&ss, 0);
    struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_NODEFER | SA_ONSTACK | SA_SIGINFO};
    int signals[] = {SIGTRAP, SIGFPE, SIGILL, SIGSEGV, SIGBUS};
    for (unsigned n = 0; n < sizeof signals / sizeof signals[0]; n++) {
        sigaction(signals[n], &action, 0);
    }
    uint16_t flat = 0x2B;
    __asm__ volatile("mov %0, %%ds\n mov %0, %%es" : : "r"(flat));
    memset((void *) CODE, 0xCC, 4096);
    while (fread(&r, sizeof r, 1, stdin) == 1) {
        memset((void *) (CODE + AT), 0xCC, 32);
        memcpy((void *) (CODE + AT), r.code, r.length);
        memcpy((void *) DATA, r.memory, MEMORY);
        // ID, which POPF may have set, would stay in RFLAGS
        __asm__ volatile("pushfq\n andl $0xFFDFFFFF, (%%rsp)\n popfq\n int3" : : : "cc", "memory");
        memcpy(r.memory, (void *) DATA, MEMORY);
        fwrite(&r, sizeof r, 1, stdout);
    }
    return 0;
}
