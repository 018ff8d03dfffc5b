; SPDX-License-Identifier: EPL-2.0
; What "emulate" does for the guest, one routine per exit reason. RBP = frame of the guest's registers. Each ends with the instruction
; done and RIP behind it, or with a fault injected that the instruction would have raised.

bits 64
; RIP past the instruction; a STI or MOV SS just before it no longer blocks interrupts
skip_instruction:
        mov     edx, 0x440C                     ; VM-exit instruction length
        call    read_field
        mov     rbx, rax
        mov     edx, 0x681E                     ; guest RIP
        call    read_field
        add     rax, rbx
        mov     rbx, rax
        call    guest_is_64_bit
        jc      .wide
        mov     ebx, ebx
.wide:
        mov     rax, rbx
        mov     edx, 0x681E
        call    write_field
        mov     edx, 0x4824                     ; interruptibility state
        call    read_field
        and     eax, ~3
        mov     edx, 0x4824
        jmp     write_field

; CF = the guest runs 64-bit code: "IA-32e mode guest" and CS.L
guest_is_64_bit:
        mov     edx, 0x4012                     ; VM-entry controls
        call    read_field
        bt      eax, 9
        jnc     .end
        mov     edx, 0x4816                     ; CS access rights
        call    read_field
        bt      eax, 13
.end:
        ret

; CL = register number; RAX = its value, 32 bits outside 64-bit code
read_register:
        movzx   ecx, cl
        mov     rbx, [rbp + rcx * 8]
        cmp     ecx, 4
        jne     .have
        mov     edx, 0x681C                     ; guest RSP
        call    read_field
        mov     rbx, rax
.have:
        call    guest_is_64_bit
        jc      .wide
        mov     ebx, ebx
.wide:
        mov     rax, rbx
        ret

; CL = register number, RAX = value
write_register:
        movzx   ecx, cl
        mov     rbx, rax
        call    guest_is_64_bit
        jc      .wide
        mov     ebx, ebx
.wide:
        mov     rax, rbx
        cmp     ecx, 4
        je      .rsp
        mov     [rbp + rcx * 8], rax
        ret
.rsp:
        mov     edx, 0x681C
        jmp     write_field

; CPUID; CPUID.1:ECX.OSXSAVE shows the guest's CR4, not ours
emulate_cpuid:
        mov     eax, [rbp + 0]
        mov     ecx, [rbp + 8]
        mov     r12d, eax
        cpuid
        mov     [rbp + 0], rax
        mov     [rbp + 8], rcx
        mov     [rbp + 16], rdx
        mov     [rbp + 24], rbx
        cmp     r12d, 1
        jne     skip_instruction
        mov     edx, 0x6804                     ; guest CR4
        call    read_field
        btr     qword [rbp + 8], 27
        bt      eax, 18
        jnc     skip_instruction
        bts     qword [rbp + 8], 27
        jmp     skip_instruction

; MOV to and from CR0, CR3, CR4; CLTS; LMSW (SDM "Exit Qualification for Control-Register Accesses")
emulate_cr_access:
        mov     edx, 0x6400
        call    read_field
        mov     r14, rax                        ; the qualification
        mov     r15d, eax
        and     r15d, 15                        ; the control register
        mov     ecx, eax
        shr     ecx, 8
        and     ecx, 15                         ; the general register
        shr     eax, 4
        and     eax, 3
        jz      .write
        cmp     eax, 1
        je      .read
        cmp     eax, 2
        je      .clts
        mov     edx, 0x6800                     ; LMSW loads bits 3:0 and cannot clear PE
        mov     r13d, 0x6000
        call    visible_register
        mov     ecx, eax
        and     ecx, ~14
        mov     eax, r14d
        shr     eax, 16
        and     eax, 15
        or      eax, ecx
        call    write_guest_cr0
        jmp     skip_instruction
.clts:
        mov     edx, 0x6800
        mov     r13d, 0x6000
        call    visible_register
        and     eax, ~8
        call    write_guest_cr0
        jmp     skip_instruction
.read:
        mov     r12d, ecx
        cmp     r15d, 3
        jne     .not_emulated
        mov     edx, 0x6802
        call    read_field
        mov     ecx, r12d
        call    write_register
        jmp     skip_instruction
.write:
        call    read_register
        cmp     r15d, 0
        je      .write_cr0
        cmp     r15d, 3
        je      .write_cr3
        cmp     r15d, 4
        jne     .not_emulated
        call    write_guest_cr4
        jc      .fault
        jmp     skip_instruction
.write_cr0:
        call    write_guest_cr0
        jc      .fault
        jmp     skip_instruction
.write_cr3:
        call    write_guest_cr3
        jc      .fault
        jmp     skip_instruction
.fault:
        mov     eax, 13
        xor     ecx, ecx
        jmp     inject_exception
.not_emulated:
        mov     esi, text_cr8
        call    print_text
        jmp     panic_state

; EDX = register's field, R13D = its guest/host mask (the read shadow is 4 further); RAX = what the guest sees
visible_register:
        call    read_field
        mov     rbx, rax
        mov     edx, r13d
        call    read_field
        mov     rcx, rax
        not     rax
        and     rbx, rax
        lea     edx, [r13 + 4]
        call    read_field
        and     rax, rcx
        or      rax, rbx
        ret

; RAX = new CR0 as the guest means it; CF = #GP
write_guest_cr0:
        mov     r12, rax
        bt      eax, 31                         ; PG without PE
        jnc     .sound
        bt      eax, 0
        cmc
        jc      .end
.sound:
        mov     edx, 0x6004                     ; CR0 read shadow
        call    write_field
        mov     ecx, 0x486
        call    read_msr
        mov     ebx, eax
        and     ebx, CR0_FIXED_MASK             ; PE and PG are free for an unrestricted guest
        or      rbx, r12
        mov     ecx, 0x487
        call    read_msr
        and     rax, rbx
        mov     edx, 0x6800
        call    write_field
        jmp     paging_changed
.end:
        ret

; RAX = new CR3
write_guest_cr3:
        btr     rax, 63                         ; not part of the value: "do not flush"
        mov     edx, 0x6802
        call    write_field
        jmp     paging_changed

; RAX = new CR4 as the guest means it; CF = #GP
write_guest_cr4:
        mov     r12, rax
        mov     edx, 0x6006                     ; CR4 read shadow
        call    write_field
        mov     ecx, 0x488
        call    read_msr
        mov     rbx, rax
        or      rbx, r12
        mov     ecx, 0x489
        call    read_msr
        and     rax, rbx
        cmp     rax, rbx                        ; a bit that the processor does not have
        stc
        jne     .end
        mov     edx, 0x6804
        call    write_field
        jmp     paging_changed
.end:
        ret

; after CR0, CR3 or CR4: forget the guest's translations, and under PAE paging load the page-directory pointers; CF = #GP
paging_changed:
        call    forget_translations
        mov     edx, 0x6800
        call    read_field
        bt      eax, 31
        jnc     .none
        mov     edx, 0x6804
        call    read_field
        bt      eax, 5
        jnc     .none
        mov     edx, 0x4012
        call    read_field
        bt      eax, 9
        jc      .none
        mov     r12d, EPT_TABLES
        test    r12d, r12d                      ; without EPT, VM entry reads them itself
        jz      .none
        mov     edx, 0x6802
        call    read_field
        and     eax, ~31
        call    guest_physical
        jc      .end
        mov     r12, rax
        mov     r13d, 0x280A                    ; PDPTE0, then 1 to 3
.entry:
        mov     rax, [r12]
        bt      eax, 0
        jnc     .write
        test    eax, 0x1E6                      ; reserved bits
        stc
        jnz     .end
.write:
        mov     edx, r13d
        call    write_field
        add     r12, 8
        add     r13d, 2
        cmp     r13d, 0x2812
        jb      .entry
.none:
        clc
.end:
        ret

; INVVPID, single context; without VPID, VM entry does it
forget_translations:
        mov     eax, VPID_VALUE
        test    eax, eax
        jz      .end
        mov     [invvpid_descriptor], rax
        mov     eax, 1
        mov     edi, text_invvpid
        invvpid rax, [invvpid_descriptor]
        jna     vm_failed
.end:
        ret

; RAX = guest-physical address; RAX = host-physical address, CF = the EPT does not map it
guest_physical:
        mov     r8, rax
        mov     r9d, EPT_TABLES
        test    r9d, r9d
        jz      .same
        mov     ecx, 39
.level:
        mov     rdx, r8
        shr     rdx, cl
        and     edx, 511
        mov     rdx, [r9 + rdx * 8]
        test    dl, 7
        stc
        jz      .end
        mov     r9, rdx
        cmp     ecx, 12
        je      .leaf
        bt      edx, 7
        jc      .leaf
        mov     rax, 0x000FFFFFFFFFF000
        and     r9, rax
        sub     ecx, 9
        jmp     .level
.leaf:
        mov     rdx, -1
        shl     rdx, cl                         ; the address bits of the page
        mov     rax, 0x000FFFFFFFFFF000
        and     r9, rax
        and     r9, rdx
        not     rdx
        and     r8, rdx
        mov     rax, r8
        or      rax, r9
        clc
.end:
        ret
.same:
        mov     rax, r8
        clc
        ret

; EAX = vector, ECX = error code: a hardware exception, delivered by the next VM entry at the instruction that caused the exit
inject_exception:
        mov     r12d, eax
        or      eax, 0x80000300                 ; valid, hardware exception
        mov     ebx, 0x00227D00                 ; vectors with an error code
        bt      ebx, r12d
        jnc     .write
        mov     r13d, eax
        mov     eax, ecx
        mov     edx, 0x4018                     ; VM-entry exception error code
        call    write_field
        mov     edx, 0x6800
        call    read_field
        bt      eax, 0                          ; in real mode nothing has an error code
        mov     eax, r13d
        jnc     .write
        or      eax, 0x800
.write:
        mov     edx, 0x4016                     ; VM-entry interruption information
        jmp     write_field

align 8
invvpid_descriptor:
        dq      0, 0
text_invvpid:           db "INVVPID", 0
text_cr8:               db "vmcsmith: CR8 accesses are not emulated", 10, 0
align 16
