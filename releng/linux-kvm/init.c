// SPDX-License-Identifier: EPL-2.0
/*
 * The first and only program of a Linux system: loads KVM, runs a guest in real mode on it, tells what the guest did, and powers off.
 * The guest prints the sum of AL and BL, executes CPUID, writes 1000 times to a port, once to where no memory is, and halts.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define COM1 0x3f8
#define GUEST_ADDRESS 0x1000
#define GUEST_SIZE 0x8000

static const unsigned char guest[] = {
	0xba, 0xf8, 0x03,             /* mov  dx, 0x3f8 */
	0x00, 0xd8,                   /* add  al, bl */
	0x04, '0',                    /* add  al, '0' */
	0xee,                         /* out  dx, al */
	0x66, 0x31, 0xc0,             /* xor  eax, eax */
	0x0f, 0xa2,                   /* cpuid */
	0xb9, 0xe8, 0x03,             /* mov  cx, 1000 */
	0xba, 0x50, 0x00,             /* mov  dx, 0x50 */
	0xee,                         /* again: out dx, al */
	0xe2, 0xfd,                   /* loop again */
	0xa2, 0x00, 0xf0,             /* mov  [0xf000], al */
	0xf4,                         /* hlt */
};

static int check(int result, const char *what)
{
	if (result < 0) {
		printf("linux-kvm: %s: %s\n", what, strerror(errno));
		reboot(RB_POWER_OFF);
		exit(1);
	}
	return result;
}

static void load(const char *module)
{
	int file = check(open(module, O_RDONLY), module);

	check(syscall(SYS_finit_module, file, "", 0), module);
	close(file);
}

static struct kvm_run *create(int *vcpu)
{
	int kvm = check(open("/dev/kvm", O_RDWR), "open /dev/kvm");
	int machine = check(ioctl(kvm, KVM_CREATE_VM, 0), "KVM_CREATE_VM");
	void *memory = mmap(NULL, GUEST_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct kvm_userspace_memory_region region = {
		.guest_phys_addr = GUEST_ADDRESS, .memory_size = GUEST_SIZE, .userspace_addr = (unsigned long)memory,
	};
	struct kvm_regs registers = { .rip = GUEST_ADDRESS, .rax = 2, .rbx = 3, .rflags = 2 };
	struct kvm_sregs system;

	memcpy(memory, guest, sizeof(guest));
	check(ioctl(machine, KVM_SET_USER_MEMORY_REGION, &region), "KVM_SET_USER_MEMORY_REGION");
	*vcpu = check(ioctl(machine, KVM_CREATE_VCPU, 0), "KVM_CREATE_VCPU");
	check(ioctl(*vcpu, KVM_GET_SREGS, &system), "KVM_GET_SREGS");
	system.cs.base = system.cs.selector = 0;
	check(ioctl(*vcpu, KVM_SET_SREGS, &system), "KVM_SET_SREGS");
	check(ioctl(*vcpu, KVM_SET_REGS, &registers), "KVM_SET_REGS");
	return mmap(NULL, check(ioctl(kvm, KVM_GET_VCPU_MMAP_SIZE, 0), "KVM_GET_VCPU_MMAP_SIZE"), PROT_READ | PROT_WRITE, MAP_SHARED,
		    *vcpu, 0);
}

static void run(void)
{
	int vcpu, writes = 0, sum = '?';
	unsigned long long outside = 0;
	struct kvm_run *state = create(&vcpu);

	for (;;) {
		check(ioctl(vcpu, KVM_RUN, 0), "KVM_RUN");
		switch (state->exit_reason) {
		case KVM_EXIT_IO:
			if (state->io.port == COM1)
				sum = *((char *)state + state->io.data_offset);
			else
				writes++;
			break;
		case KVM_EXIT_MMIO:
			outside = state->mmio.phys_addr;
			break;
		case KVM_EXIT_HLT:
			printf("linux-kvm: guest says %c, %d writes to a port, one to 0x%llx, halted\n", sum, writes, outside);
			return;
		default:
			printf("linux-kvm: unexpected exit %u\n", state->exit_reason);
			return;
		}
	}
}

int main(void)
{
	setvbuf(stdout, NULL, _IONBF, 0);
	mkdir("/dev", 0755);
	check(mount("devtmpfs", "/dev", "devtmpfs", 0, NULL), "mount /dev");
	load("/irqbypass.ko");
	load("/kvm.ko");
	load("/kvm-intel.ko");
	run();
	sync();
	reboot(RB_POWER_OFF);
	return 0;
}
