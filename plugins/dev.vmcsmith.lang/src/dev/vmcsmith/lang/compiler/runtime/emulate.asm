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

; CF = the guest runs 64-bit code: "IA-32e mode guest" and CS.L; under a 32-bit hypervisor none does
guest_is_64_bit:
%if64
        mov     edx, 0x4012                     ; VM-entry controls
        call    read_field
        bt      eax, 9
        jnc     .end
        mov     edx, 0x4816                     ; CS access rights
        call    read_field
        bt      eax, 13
%else
        clc
%endif
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
        push    rax
        cpuid
        mov     [rbp + 0], rax
        mov     [rbp + 8], rcx
        mov     [rbp + 16], rdx
        mov     [rbp + 24], rbx
        pop     rax
        cmp     eax, 1
        jne     skip_instruction
        mov     edx, 0x6804                     ; guest CR4
        call    read_field
        btr     dword [rbp + 8], 27
        bt      eax, 18
        jnc     skip_instruction
        bts     dword [rbp + 8], 27
        jmp     skip_instruction

; MOV to and from CR0, CR3, CR4, CR8; CLTS; LMSW (SDM "Exit Qualification for Control-Register Accesses")
emulate_cr_access:
        mov     edx, 0x6400
        call    read_field
        mov     [qualification], eax
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
        mov     ecx, 0x6000                     ; LMSW loads bits 3:0 and cannot clear PE
        mov     edx, 0x6800
        call    visible_register
        and     eax, ~14
        mov     ecx, [qualification]
        shr     ecx, 16
        and     ecx, 15
        or      eax, ecx
        call    write_guest_cr0
        jmp     skip_instruction
.clts:
        mov     ecx, 0x6000
        mov     edx, 0x6800
        call    visible_register
        and     eax, ~8
        call    write_guest_cr0
        jmp     skip_instruction
.read:
        mov     eax, [qualification]
        and     eax, 15                         ; the control register
%if64
        cmp     eax, 8
        jne     .read_cr3
        mov     rax, cr8                        ; only 64-bit code has CR8
        call    write_register
        jmp     skip_instruction
%endif
.read_cr3:
        push    rcx
        mov     edx, 0x6802
        call    read_field
        pop     rcx
        call    write_register
        jmp     skip_instruction
.write:
        call    read_register
        mov     ecx, [qualification]
        and     ecx, 15
        cmp     ecx, 0
        je      .write_cr0
        cmp     ecx, 3
        je      .write_cr3
%if64
        cmp     ecx, 8
        je      .write_cr8
%endif
        call    write_guest_cr4
        jc      .fault
        jmp     skip_instruction
%if64
.write_cr8:
        mov     rbx, rax
        and     rbx, ~15
        jnz     .fault                          ; bits that do not exist
        mov     cr8, rax
        jmp     skip_instruction
%endif
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

; EDX = register's field, ECX = its guest/host mask (the read shadow is 4 further); RAX = what the guest sees
visible_register:
        call    read_field
        mov     rbx, rax
        mov     edx, ecx
        call    read_field
        mov     rsi, rax
        not     rax
        and     rbx, rax
        lea     edx, [rcx + 4]
        call    read_field
        and     rax, rsi
        or      rax, rbx
        ret

; RAX = new CR0 as the guest means it; CF = #GP
write_guest_cr0:
        mov     rsi, rax
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
        mov     rax, [current]
        and     ebx, [rax + VMCS_CR0_FIXED]     ; PE and PG are free for an unrestricted guest
        or      rbx, rsi
        mov     ecx, 0x487
        call    read_msr
        and     rax, rbx
        mov     edx, 0x6800
        call    write_field
%if64
        call    follow_long_mode
        jc      .end
%endif
        jmp     paging_changed
.end:
        ret

%if64
; IA-32e mode begins and ends with CR0.PG where IA32_EFER.LME is the guest's own (SDM "Initializing IA-32e Mode"); CF = #GP
follow_long_mode:
        mov     rbx, [current]
        bt      dword [rbx + VMCS_HOLDS], 2
        jnc     .end
        mov     rsi, rax                        ; CR0
        mov     edx, 0x2806                     ; guest IA32_EFER
        call    read_field
        mov     rbx, rax
        btr     rbx, 10                         ; LMA
        bt      esi, 31                         ; PG
        jnc     .follow
        bt      ebx, 8                          ; LME
        jnc     .follow
        bts     rbx, 10
        mov     edx, 0x6804
        call    read_field
        bt      eax, 5                          ; needs PAE
        cmc
        jc      .end
.follow:
        mov     rax, rbx
        mov     edx, 0x2806
        call    write_field
        mov     edx, 0x4012                     ; "IA-32e mode guest"
        call    read_field
        and     eax, ~0x200
        shr     ebx, 1
        and     ebx, 0x200
        or      eax, ebx
        mov     edx, 0x4012
        call    write_field
        clc
.end:
        ret
%endif

; RAX = new CR3
write_guest_cr3:
%if64
        btr     rax, 63                         ; not part of the value: "do not flush"
%endif
        mov     edx, 0x6802
        call    write_field
        jmp     paging_changed

; RAX = new CR4 as the guest means it; CF = #GP
write_guest_cr4:
        mov     rsi, rax
        mov     edx, 0x6006                     ; CR4 read shadow
        call    write_field
        mov     ecx, 0x488
        call    read_msr
        mov     rbx, rax
        or      rbx, rsi
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
        mov     rax, [current]
        bt      dword [rax + VMCS_HOLDS], 0
        jnc     .none                           ; without EPT, VM entry reads them itself
        mov     edx, 0x6802
        call    read_field
        and     eax, ~31
        xor     edx, edx
        call    guest_physical
        jc      .end
        mov     rsi, rax
        mov     ecx, 0x280A                     ; PDPTE0, then 1 to 3
.entry:
        mov     rax, [rsi]
        bt      eax, 0
        jnc     .write
        test    eax, 0x1E6                      ; reserved bits
        stc
        jnz     .end
.write:
%if32
        mov     edx, [esi + 4]
%endif
        call    write_wide
        add     rsi, 8
        add     ecx, 2
        cmp     ecx, 0x2812
        jb      .entry
.none:
        clc
.end:
        ret

; INVVPID, single context; without VPID, VM entry does it
forget_translations:
        mov     rax, [current]
        mov     eax, [rax + VMCS_VPID]
        test    eax, eax
        jz      invvpid_end
        mov     [invvpid_descriptor], eax
        mov     eax, 1
; EAX = type of INVVPID, its descriptor is filled
invalidate_vpid:
        mov     edi, text_invvpid
        invvpid rax, [invvpid_descriptor]
        jna     vm_failed
invvpid_end:
        ret

; EAX = vector, ECX = error code: a hardware exception, delivered by the next VM entry at the instruction that caused the exit
inject_exception:
        mov     ebx, 0x00227D00                 ; vectors with an error code
        bt      ebx, eax
        mov     eax, eax
        jnc     .none
        or      eax, 0x80000300                 ; valid, hardware exception
        mov     ebx, eax
        mov     eax, ecx
        mov     edx, 0x4018                     ; VM-entry exception error code
        call    write_field
        mov     edx, 0x6800
        call    read_field
        bt      eax, 0                          ; in real mode nothing has an error code
        mov     eax, ebx
        jnc     inject_event
        or      eax, 0x800
        jmp     inject_event
.none:
        or      eax, 0x80000300
; EAX = VM-entry interruption information
inject_event:
        mov     edx, 0x4016
        jmp     write_field

align 8
qualification:
        dq      0
invvpid_descriptor:
        dq      0, 0
text_invvpid:           db "INVVPID", 0
align 16
