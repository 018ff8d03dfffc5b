// SPDX-License-Identifier: EPL-2.0
//
// A small hypervisor in C: 32-bit, booted by multiboot, one guest under EPT. The guest asks for CPUID leaves, makes hypercalls that the
// hypervisor adds up, and at last asks to leave; then the hypervisor executes VMXOFF and powers the machine off.

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;

#define PAGE_SIZE 4096
#define PAGE_ALIGNED __attribute__((aligned(PAGE_SIZE)))

#define COM1 0x3F8
#define ACPI_PM1A 0x604
#define ACPI_SOFT_OFF 0x2000

#define MSR_FEATURE_CONTROL 0x3A
#define MSR_VMX_BASIC 0x480
#define MSR_VMX_PINBASED 0x481
#define MSR_VMX_PRIMARY 0x482
#define MSR_VMX_EXIT 0x483
#define MSR_VMX_ENTRY 0x484
#define MSR_VMX_CR0_FIXED0 0x486
#define MSR_VMX_CR4_FIXED0 0x488
#define MSR_VMX_SECONDARY 0x48B

#define CR0_PG 0x80000000u
#define CR4_PSE 0x10u
#define CR4_VMXE 0x2000u

#define CODE_SELECTOR 0x08
#define DATA_SELECTOR 0x10
#define TASK_SELECTOR 0x18

#define EXIT_CPUID 10
#define EXIT_VMCALL 18

#define CALL_ADD 1
#define CALL_LEAVE 2

enum field {
    GUEST_ES = 0x800, GUEST_CS = 0x802, GUEST_SS = 0x804, GUEST_DS = 0x806, GUEST_FS = 0x808, GUEST_GS = 0x80A, GUEST_LDTR = 0x80C,
    GUEST_TR = 0x80E,
    HOST_ES = 0xC00, HOST_CS = 0xC02, HOST_SS = 0xC04, HOST_DS = 0xC06, HOST_FS = 0xC08, HOST_GS = 0xC0A, HOST_TR = 0xC0C,
    EPT_POINTER = 0x201A, EPT_POINTER_HIGH = 0x201B,
    LINK_POINTER = 0x2800, LINK_POINTER_HIGH = 0x2801,
    PIN_CONTROLS = 0x4000, PRIMARY_CONTROLS = 0x4002, EXIT_CONTROLS = 0x400C, ENTRY_CONTROLS = 0x4012, SECONDARY_CONTROLS = 0x401E,
    INSTRUCTION_ERROR = 0x4400, EXIT_REASON = 0x4402, EXIT_LENGTH = 0x440C,
    GUEST_ES_LIMIT = 0x4800, GUEST_CS_LIMIT = 0x4802, GUEST_SS_LIMIT = 0x4804, GUEST_DS_LIMIT = 0x4806, GUEST_FS_LIMIT = 0x4808,
    GUEST_GS_LIMIT = 0x480A, GUEST_TR_LIMIT = 0x480E, GUEST_GDTR_LIMIT = 0x4810,
    GUEST_ES_RIGHTS = 0x4814, GUEST_CS_RIGHTS = 0x4816, GUEST_SS_RIGHTS = 0x4818, GUEST_DS_RIGHTS = 0x481A, GUEST_FS_RIGHTS = 0x481C,
    GUEST_GS_RIGHTS = 0x481E, GUEST_LDTR_RIGHTS = 0x4820, GUEST_TR_RIGHTS = 0x4822,
    GUEST_CR0 = 0x6800, GUEST_CR3 = 0x6802, GUEST_CR4 = 0x6804, GUEST_TR_BASE = 0x6814, GUEST_GDTR_BASE = 0x6816, GUEST_DR7 = 0x681A,
    GUEST_RSP = 0x681C, GUEST_RIP = 0x681E, GUEST_RFLAGS = 0x6820,
    HOST_CR0 = 0x6C00, HOST_CR3 = 0x6C02, HOST_CR4 = 0x6C04, HOST_TR_BASE = 0x6C0A, HOST_GDTR_BASE = 0x6C0C, HOST_RSP = 0x6C14,
    HOST_RIP = 0x6C16
};

// The guest's general registers, as exit_entry pushes them.
struct registers {
    u32 edi, esi, ebp, unused, ebx, edx, ecx, eax;
};

static u32 page_directory[1024] PAGE_ALIGNED;
static u64 ept_pml4[512] PAGE_ALIGNED;
static u64 ept_pdpt[512] PAGE_ALIGNED;
static u64 ept_pd[512] PAGE_ALIGNED;
static u8 vmxon_region[PAGE_SIZE] PAGE_ALIGNED;
static u8 vmcs_region[PAGE_SIZE] PAGE_ALIGNED;
static u8 host_stack[2 * PAGE_SIZE] PAGE_ALIGNED;
static u8 guest_stack[PAGE_SIZE] PAGE_ALIGNED;
static u32 task_state[26];

static u64 gdt[4] = {0, 0x00CF9B000000FFFF, 0x00CF93000000FFFF, 0};

// What the guest's hypercalls have added up to.
u32 total;
// How many VM exits have been handled.
u32 exits_handled;

void exit_entry(void);
void guest_entry(void);

// --- the machine ------------------------------------------------------------------------------------------------------------

static void outb(u16 port, u8 value)
{
    __asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

static void outw(u16 port, u16 value)
{
    __asm__ volatile("outw %0, %1" : : "a"(value), "Nd"(port));
}

static u64 rdmsr(u32 msr)
{
    u64 value;
    __asm__ volatile("rdmsr" : "=A"(value) : "c"(msr));
    return value;
}

static void wrmsr(u32 msr, u64 value)
{
    __asm__ volatile("wrmsr" : : "c"(msr), "A"(value));
}

static void print(const char *text)
{
    while (*text)
        outb(COM1, *text++);
}

static void print_number(u32 value)
{
    char digits[11];
    int at = 10;

    digits[at] = 0;
    do {
        digits[--at] = '0' + value % 10;
        value /= 10;
    } while (value);
    print(digits + at);
}

static void power_off(void)
{
    outw(ACPI_PM1A, ACPI_SOFT_OFF);
    for (;;)
        __asm__ volatile("cli; hlt");
}

static void fail(const char *what)
{
    print("failed: ");
    print(what);
    print("\n");
    power_off();
}

// --- VMX --------------------------------------------------------------------------------------------------------------------

static void vmwrite(enum field field, u32 value)
{
    u8 failed;
    __asm__ volatile("vmwrite %2, %1; setna %0" : "=qm"(failed) : "r"((u32)field), "r"(value) : "cc");
    if (failed)
        fail("vmwrite");
}

static u32 vmread(enum field field)
{
    u32 value;
    __asm__ volatile("vmread %1, %0" : "=r"(value) : "r"((u32)field) : "cc");
    return value;
}

// Sets the bits that must be 1 and clears those that must be 0.
static u32 adjust(u32 wanted, u32 msr)
{
    u64 allowed = rdmsr(msr);
    return (wanted | (u32)allowed) & (u32)(allowed >> 32);
}

static void enter_vmx_operation(void)
{
    u64 region = (u32)vmxon_region;
    u64 vmcs = (u32)vmcs_region;
    u32 revision = (u32)rdmsr(MSR_VMX_BASIC);
    u8 failed;

    if (!(rdmsr(MSR_FEATURE_CONTROL) & 1))
        wrmsr(MSR_FEATURE_CONTROL, 5);
    *(u32 *)vmxon_region = revision;
    *(u32 *)vmcs_region = revision;
    __asm__ volatile("vmxon %1; setna %0" : "=qm"(failed) : "m"(region) : "cc", "memory");
    if (failed)
        fail("vmxon");
    __asm__ volatile("vmclear %1; setna %0" : "=qm"(failed) : "m"(vmcs) : "cc", "memory");
    if (failed)
        fail("vmclear");
    __asm__ volatile("vmptrld %1; setna %0" : "=qm"(failed) : "m"(vmcs) : "cc", "memory");
    if (failed)
        fail("vmptrld");
}

static void build_paging(void)
{
    u32 i;

    for (i = 0; i < 16; i++)
        page_directory[i] = i << 22 | 0x83;
    ept_pml4[0] = (u32)ept_pdpt | 7;
    ept_pdpt[0] = (u32)ept_pd | 7;
    for (i = 0; i < 32; i++)
        ept_pd[i] = (u64)i << 21 | 0xB7;
    __asm__ volatile("mov %0, %%cr3" : : "r"(page_directory));
    __asm__ volatile("mov %0, %%cr4" : : "r"((u32)rdmsr(MSR_VMX_CR4_FIXED0) | CR4_PSE | CR4_VMXE));
    __asm__ volatile("mov %0, %%cr0" : : "r"((u32)rdmsr(MSR_VMX_CR0_FIXED0) | CR0_PG));
}

static void write_controls(void)
{
    vmwrite(PIN_CONTROLS, adjust(0, MSR_VMX_PINBASED));
    vmwrite(PRIMARY_CONTROLS, adjust(0x80000000u, MSR_VMX_PRIMARY));
    vmwrite(SECONDARY_CONTROLS, adjust(2, MSR_VMX_SECONDARY));
    vmwrite(EXIT_CONTROLS, adjust(0, MSR_VMX_EXIT));
    vmwrite(ENTRY_CONTROLS, adjust(0, MSR_VMX_ENTRY));
    vmwrite(EPT_POINTER, (u32)ept_pml4 | 0x1E);
    vmwrite(EPT_POINTER_HIGH, 0);
    vmwrite(LINK_POINTER, 0xFFFFFFFF);
    vmwrite(LINK_POINTER_HIGH, 0xFFFFFFFF);
}

static u32 cr0(void)
{
    u32 value;
    __asm__ volatile("mov %%cr0, %0" : "=r"(value));
    return value;
}

static u32 cr4(void)
{
    u32 value;
    __asm__ volatile("mov %%cr4, %0" : "=r"(value));
    return value;
}

static void write_host_state(void)
{
    enum field selector;

    for (selector = HOST_ES; selector <= HOST_GS; selector += 2)
        vmwrite(selector, selector == HOST_CS ? CODE_SELECTOR : DATA_SELECTOR);
    vmwrite(HOST_TR, TASK_SELECTOR);
    vmwrite(HOST_TR_BASE, (u32)task_state);
    vmwrite(HOST_GDTR_BASE, (u32)gdt);
    vmwrite(HOST_CR0, cr0());
    vmwrite(HOST_CR3, (u32)page_directory);
    vmwrite(HOST_CR4, cr4());
    vmwrite(HOST_RSP, (u32)host_stack + sizeof host_stack);
    vmwrite(HOST_RIP, (u32)exit_entry);
}

static void write_guest_state(void)
{
    u32 i;

    for (i = 0; i < 6; i++) {
        vmwrite(GUEST_ES + 2 * i, GUEST_ES + 2 * i == GUEST_CS ? CODE_SELECTOR : DATA_SELECTOR);
        vmwrite(GUEST_ES_LIMIT + 2 * i, 0xFFFFFFFF);
        vmwrite(GUEST_ES_RIGHTS + 2 * i, GUEST_ES + 2 * i == GUEST_CS ? 0xC09B : 0xC093);
    }
    vmwrite(GUEST_LDTR_RIGHTS, 0x10000);
    vmwrite(GUEST_TR, TASK_SELECTOR);
    vmwrite(GUEST_TR_BASE, (u32)task_state);
    vmwrite(GUEST_TR_LIMIT, sizeof task_state - 1);
    vmwrite(GUEST_TR_RIGHTS, 0x8B);
    vmwrite(GUEST_GDTR_BASE, (u32)gdt);
    vmwrite(GUEST_GDTR_LIMIT, sizeof gdt - 1);
    vmwrite(GUEST_CR0, cr0());
    vmwrite(GUEST_CR3, (u32)page_directory);
    vmwrite(GUEST_CR4, cr4());
    vmwrite(GUEST_DR7, 0x400);
    vmwrite(GUEST_RSP, (u32)guest_stack + sizeof guest_stack);
    vmwrite(GUEST_RIP, (u32)guest_entry);
    vmwrite(GUEST_RFLAGS, 2);
}

// --- VM exits ---------------------------------------------------------------------------------------------------------------

static void skip_instruction(void)
{
    vmwrite(GUEST_RIP, vmread(GUEST_RIP) + vmread(EXIT_LENGTH));
}

static void on_cpuid(struct registers *guest)
{
    u32 leaf = guest->eax;

    __asm__ volatile("cpuid" : "=a"(guest->eax), "=b"(guest->ebx), "=c"(guest->ecx), "=d"(guest->edx)
                     : "a"(leaf), "c"(guest->ecx));
    if (leaf == 1)
        guest->ecx |= 1u << 31;
    print("cpuid leaf ");
    print_number(leaf);
    print("\n");
    skip_instruction();
}

static u32 add(u32 amount)
{
    u32 before = total;

    total = before + amount;
    return total;
}

static void leave(void)
{
    print("total ");
    print_number(total);
    print("\n");
    __asm__ volatile("vmxoff");
    power_off();
}

static void on_vmcall(struct registers *guest)
{
    u32 call = guest->eax;
    u32 amount = guest->ebx;

    if (call == CALL_LEAVE)
        leave();
    guest->eax = call == CALL_ADD ? add(amount) : 0xFFFFFFFF;
    skip_instruction();
}

// Called by exit_entry on the hypervisor's own stack.
void handle_exit(struct registers *guest)
{
    u32 reason = vmread(EXIT_REASON);

    exits_handled++;
    switch (reason) {
    case EXIT_CPUID:
        on_cpuid(guest);
        break;
    case EXIT_VMCALL:
        on_vmcall(guest);
        break;
    default:
        print("exit reason ");
        print_number(reason);
        print("\n");
        fail("an exit that nobody handles");
    }
}

void resume_failed(void)
{
    fail("vmresume");
}

// --- the guest --------------------------------------------------------------------------------------------------------------

static u32 hypercall(u32 call, u32 argument)
{
    u32 answer;
    __asm__ volatile("vmcall" : "=a"(answer) : "a"(call), "b"(argument) : "memory");
    return answer;
}

void guest_main(void)
{
    u32 leaf;
    u32 i;

    for (leaf = 0; leaf < 2; leaf++) {
        u32 a = leaf, b, c = 0, d;
        __asm__ volatile("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
    }
    for (i = 1; i <= 4; i++)
        hypercall(CALL_ADD, i * 10);
    hypercall(CALL_LEAVE, 0);
}

// --- from boot to the first VM entry ------------------------------------------------------------------------------------------

void hypervisor_main(void)
{
    u32 task = (u32)task_state;

    gdt[3] = (u64)(task >> 24) << 56 | (u64)0x8900 << 32 | (u64)(task & 0xFFFFFF) << 16 | (sizeof task_state - 1);
    __asm__ volatile("ltr %w0" : : "r"(TASK_SELECTOR));
    build_paging();
    enter_vmx_operation();
    write_controls();
    write_host_state();
    write_guest_state();
    print("launching the guest\n");
    __asm__ volatile("vmlaunch");
    fail("vmlaunch");
}

struct __attribute__((packed)) descriptor_table {
    u16 limit;
    u32 base;
};

const struct descriptor_table gdt_pointer = {sizeof gdt - 1, (u32)gdt};
u8 *const boot_stack = host_stack + sizeof host_stack;

__asm__(
    ".section .text.start, \"ax\"\n"
    ".align 4\n"
    ".long 0x1BADB002, 0, -0x1BADB002\n"
    ".globl _start\n"
    "_start:\n"
    "    mov boot_stack, %esp\n"
    "    lgdt gdt_pointer\n"
    "    ljmp $0x08, $1f\n"
    "1:  mov $0x10, %ax\n"
    "    mov %ax, %ds\n"
    "    mov %ax, %es\n"
    "    mov %ax, %ss\n"
    "    mov %ax, %fs\n"
    "    mov %ax, %gs\n"
    "    xor %ebp, %ebp\n"
    "    call hypervisor_main\n"
    ".text\n"
    ".globl exit_entry\n"
    ".type exit_entry, @function\n"
    "exit_entry:\n"
    "    pusha\n"
    "    push %esp\n"
    "    call handle_exit\n"
    "    add $4, %esp\n"
    "    popa\n"
    "    vmresume\n"
    "    call resume_failed\n"
    ".globl guest_entry\n"
    ".type guest_entry, @function\n"
    "guest_entry:\n"
    "    xor %ebp, %ebp\n"
    "    call guest_main\n"
    "1:  hlt\n"
    "    jmp 1b\n");
