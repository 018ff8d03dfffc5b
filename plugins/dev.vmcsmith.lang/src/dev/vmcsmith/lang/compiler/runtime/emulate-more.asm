; SPDX-License-Identifier: EPL-2.0
; More of "emulate": MSRs, ports, debug registers, time, caches, waiting.

bits 64
; MSRs that the VMCS holds while the guest is away: number, field, and whether the VMCS really holds it (bit by bit from the setup)
msr_fields:
        dd      0x174, 0x482A, 1                ; IA32_SYSENTER_CS
        dd      0x175, 0x6824, 1                ; IA32_SYSENTER_ESP
        dd      0x176, 0x6826, 1                ; IA32_SYSENTER_EIP
        dd      0x1D9, 0x2802, 1                ; IA32_DEBUGCTL
        dd      0x277, 0x2804, PAT_IN_VMCS      ; IA32_PAT
        dd      0xC0000080, 0x2806, EFER_IN_VMCS
        dd      0xC0000100, 0x680E, 1           ; IA32_FS_BASE
        dd      0xC0000101, 0x6810, 1           ; IA32_GS_BASE
        dd      0, 0, 0

; ECX = MSR; EDX = its field, or 0
field_of_msr:
        mov     eax, msr_fields
.next:
        mov     edx, [rax + 4]
        test    edx, edx
        jz      .end
        cmp     [rax], ecx
        jne     .other
        cmp     dword [rax + 8], 0
        jne     .end
.other:
        add     eax, 12
        jmp     .next
.end:
        ret

emulate_rdmsr:
        mov     ecx, [rbp + 8]
        call    field_of_msr
        test    edx, edx
        jz      .native
        call    read_field
        mov     rdx, rax
        shr     rdx, 32
        mov     eax, eax
        jmp     rdmsr_done
.native:
        mov     ecx, [rbp + 8]
rdmsr_may_fault:
        rdmsr
        mov     eax, eax
        mov     edx, edx
rdmsr_done:
        mov     [rbp + 0], rax
        mov     [rbp + 16], rdx
        jmp     skip_instruction

emulate_wrmsr:
        mov     ecx, [rbp + 8]
        call    field_of_msr
        mov     ecx, [rbp + 8]
        mov     eax, [rbp + 0]
        mov     rbx, [rbp + 16]
        shl     rbx, 32
        or      rbx, rax
        test    edx, edx
        jz      .native
        mov     rax, rbx
        call    write_field
        jmp     skip_instruction
.native:
        mov     edx, [rbp + 16]
        cmp     ecx, 0xC0000080                 ; IA32_EFER without VM-entry load: LME and LMA stay ours
        jne     wrmsr_may_fault
        and     eax, ~0x500
        mov     ebx, eax
        rdmsr
        and     eax, 0x500
        or      eax, ebx
        mov     edx, [rbp + 16]
wrmsr_may_fault:
        wrmsr
        jmp     skip_instruction

; IN and OUT (SDM "Exit Qualification for I/O Instructions"); strings are not emulated
emulate_io_instruction:
        mov     edx, 0x6400
        call    read_field
        bt      eax, 4
        jc      .string
        mov     ebx, eax
        mov     edx, eax
        shr     edx, 16                         ; the port
        and     ebx, 15                         ; size less 1 in bits 2:0, bit 3 set for IN
        mov     eax, [rbp + 0]
        cmp     ebx, 0
        je      .out8
        cmp     ebx, 1
        je      .out16
        cmp     ebx, 3
        je      .out32
        cmp     ebx, 8
        je      .in8
        cmp     ebx, 9
        je      .in16
        in      eax, dx
        mov     [rbp + 0], rax
        jmp     skip_instruction
.in16:
        in      ax, dx
        mov     [rbp + 0], ax
        jmp     skip_instruction
.in8:
        in      al, dx
        mov     [rbp + 0], al
        jmp     skip_instruction
.out8:
        out     dx, al
        jmp     skip_instruction
.out16:
        out     dx, ax
        jmp     skip_instruction
.out32:
        out     dx, eax
        jmp     skip_instruction
.string:
        mov     esi, text_string_io
        call    print_text
        jmp     panic_state

; MOV to and from debug registers; DR7 is a VMCS field, the others are the processor's
emulate_dr_access:
        mov     edx, 0x6400
        call    read_field
        mov     r12d, eax
        mov     ecx, eax
        shr     ecx, 8
        and     ecx, 15                         ; the general register
        and     r12d, 0x17                      ; bit 4: from the debug register; bits 2:0: which
        bt      r12d, 4
        jc      .read
        call    read_register
        cmp     r12d, 0
        je      .to0
        cmp     r12d, 1
        je      .to1
        cmp     r12d, 2
        je      .to2
        cmp     r12d, 3
        je      .to3
        bt      r12d, 0
        jc      .to7
        mov     ecx, 0xFFFF0FF0                 ; bits of DR6 that are 1
        or      eax, ecx
        mov     dr6, rax
        jmp     skip_instruction
.to0:
        mov     dr0, rax
        jmp     skip_instruction
.to1:
        mov     dr1, rax
        jmp     skip_instruction
.to2:
        mov     dr2, rax
        jmp     skip_instruction
.to3:
        mov     dr3, rax
        jmp     skip_instruction
.to7:
        mov     eax, eax
        or      eax, 0x400
        mov     edx, 0x681A
        call    write_field
        jmp     skip_instruction
.read:
        and     r12d, 7
        cmp     r12d, 0
        je      .from0
        cmp     r12d, 1
        je      .from1
        cmp     r12d, 2
        je      .from2
        cmp     r12d, 3
        je      .from3
        bt      r12d, 0
        jc      .from7
        mov     rax, dr6
        jmp     .store
.from0:
        mov     rax, dr0
        jmp     .store
.from1:
        mov     rax, dr1
        jmp     .store
.from2:
        mov     rax, dr2
        jmp     .store
.from3:
        mov     rax, dr3
        jmp     .store
.from7:
        mov     edx, 0x681A
        call    read_field
.store:
        call    write_register
        jmp     skip_instruction

emulate_rdtscp:
        rdtscp
        mov     ecx, ecx
        mov     [rbp + 8], rcx
; the time-stamp counter, with the guest's offset when it has one
emulate_rdtsc:
        rdtsc
        shl     rdx, 32
        or      rax, rdx
        mov     rbx, rax
        mov     ecx, TSC_OFFSET_USED
        test    ecx, ecx
        jz      .have
        mov     edx, 0x2010
        call    read_field
        add     rbx, rax
.have:
        mov     eax, ebx
        shr     rbx, 32
        mov     [rbp + 0], rax
        mov     [rbp + 16], rbx
        jmp     skip_instruction

; INVD would lose what the hypervisor wrote: write back first
emulate_invd:
emulate_wbinvd:
        wbinvd
        jmp     skip_instruction

emulate_invlpg:
        call    forget_translations
        jmp     skip_instruction

; XCR0 is the processor's; the hypervisor itself uses none of its states
emulate_xsetbv:
        mov     rax, cr4
        bts     rax, 18                         ; OSXSAVE
        mov     cr4, rax
        mov     ecx, [rbp + 8]
        mov     edx, [rbp + 16]
        mov     eax, [rbp + 0]
xsetbv_may_fault:
        xsetbv
        jmp     skip_instruction

; waiting for nothing: the guest goes on
emulate_hlt:
emulate_pause:
emulate_monitor:
emulate_mwait:
        jmp     skip_instruction

align 4
fault_stages:
        dd      rdmsr_may_fault, wrmsr_may_fault, xsetbv_may_fault, 0
text_string_io:         db "vmcsmith: INS and OUTS are not emulated", 10, 0
align 16
