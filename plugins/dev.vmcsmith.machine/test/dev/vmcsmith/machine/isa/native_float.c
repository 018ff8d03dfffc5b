// SPDX-License-Identifier: EPL-2.0
// Runs short programs on the build machine's processor: records of 512 bytes of data and 512 bytes of code come from standard input;
// the code is called with the address of the data in RDI and ends with RET; the data goes back.
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

static uint8_t record[1024] __attribute__((aligned(64)));

int main(void) {
    uint8_t *page = mmap(0, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED) {
        return 2;
    }
    while (fread(record, 1, sizeof record, stdin) == sizeof record) {
        memcpy(page, record + 512, 512);
        ((void (*)(uint8_t *)) page)(record);
        fwrite(record, 1, 512, stdout);
        fflush(stdout);
    }
    return 0;
}
