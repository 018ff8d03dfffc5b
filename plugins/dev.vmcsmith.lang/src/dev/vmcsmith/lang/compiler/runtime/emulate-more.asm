; SPDX-License-Identifier: EPL-2.0
; More of "emulate": MSRs, ports, debug registers, time, caches, waiting.

bits 64
; MSRs that the VMCS holds while the guest is away: number, field, and the bit of VMCS_HOLDS that tells it, 0 for always
msr_fields:
        dd      0x174, 0x482A, 0                ; IA32_SYSENTER_CS
        dd      0x175, 0x6824, 0                ; IA32_SYSENTER_ESP
        dd      0x176, 0x6826, 0                ; IA32_SYSENTER_EIP
        dd      0x1D9, 0x2802, 0                ; IA32_DEBUGCTL
        dd      0x277, 0x2804, 8                ; IA32_PAT
        dd      0xC0000080, 0x2806, 4           ; IA32_EFER
        dd      0xC0000100, 0x680E, 0           ; IA32_FS_BASE
        dd      0xC0000101, 0x6810, 0           ; IA32_GS_BASE
        dd      0, 0, 0

; ECX = MSR; EDX = its field, or 0; RAX and RBX are lost
field_of_msr:
        mov     eax, msr_fields
.next:
        mov     edx, [rax + 4]
        test    edx, edx
        jz      .end
        cmp     [rax], ecx
        jne     .other
        cmp     dword [rax + 8], 0
        je      .end
        mov     rbx, [current]
        mov     ebx, [rbx + VMCS_HOLDS]
        test    ebx, [rax + 8]
        jnz     .end
.other:
        add     eax, 12
        jmp     .next
.end:
        ret

; ECX = MSR of the guest; a value. A #GP of the processor becomes the guest's, and ends the handler's statement
guest_rdmsr:
        call    field_of_msr
        test    edx, edx
        jz      .native
        mov     ecx, edx
        mov     eax, edx
        and     eax, 0x6000
        cmp     eax, 0x2000                     ; a field of 64 bits
        je      read_wide
        call    read_field
        mov     edx, 0
        ret
.native:
        cmp     ecx, 0xC0000080
        je      efer_of_guest
rdmsr_may_fault:
        rdmsr
%if64
        mov     eax, eax
        shl     rdx, 32
        or      rax, rdx
%endif
        ret

; IA32_EFER without VM-entry load: VM entry gives LMA the value of "IA-32e mode guest", and LME too unless paging is off; a value
efer_of_guest:
        rdmsr
        and     eax, ~0x400
        mov     ebx, eax
        mov     edx, 0x4012
        call    read_field
        bt      eax, 9
        jc      .long
        mov     edx, 0x6800
        call    read_field
        bt      eax, 31
        jnc     .have
        and     ebx, ~0x100
        jmp     .have
.long:
        or      ebx, 0x500
.have:
        mov     eax, ebx
        xor     edx, edx
        ret

; IA32_EFER that the VMCS holds: LMA cannot be written, LME not under paging, other bits than SCE and NXE do not exist
wrmsr_efer:
        test    eax, ~0xD01
        jnz     .fault
        cmp     dword [msr_value + 4], 0
        jne     .fault
        mov     ecx, 0x2806
        call    read_wide
        mov     ebx, eax
        mov     edx, 0x6800
        call    read_field
        bt      eax, 31                         ; PG
        jnc     .write
        mov     eax, [msr_value]
        xor     eax, ebx
        test    eax, 0x100
        jnz     .fault
.write:
        mov     eax, [msr_value]
        and     eax, ~0x400
        and     ebx, 0x400
        or      eax, ebx
        xor     edx, edx
        jmp     write_wide
.fault:
        mov     dword [faults], 1
        mov     eax, 13
        xor     ecx, ecx
        jmp     inject_exception

; ECX = MSR that the VMCS holds: the processor itself says whether it takes the value. It gets it for a moment; #GP sets "faults"
try_msr:
rdmsr_trial_may_fault:
        rdmsr
        mov     [own_value], eax
        mov     [own_value + 4], edx
        mov     eax, [msr_value]
        mov     edx, [msr_value + 4]
wrmsr_trial_may_fault:
        wrmsr
        mov     eax, [own_value]
        mov     edx, [own_value + 4]
        wrmsr
        ret

; ECX = MSR of the guest, a value
guest_wrmsr:
%if64
        mov     [msr_value], rax
%else
        mov     [msr_value], eax
        mov     [msr_value + 4], edx
%endif
        call    field_of_msr
        mov     rax, [msr_value]
        test    edx, edx
        jz      .native
        cmp     edx, 0x2806
        je      wrmsr_efer
        mov     ebx, edx
        call    try_msr
        bt      dword [faults], 0
        jc      .end
        mov     edx, ebx
        mov     rax, [msr_value]
        and     ebx, 0x6000
        cmp     ebx, 0x2000
        jne     write_field
        mov     ecx, edx
%if32
        mov     edx, [msr_value + 4]
%endif
        jmp     write_wide
.end:
        ret
.native:
        mov     edx, [msr_value + 4]
        mov     eax, [msr_value]
        cmp     ecx, 0xC0000080                 ; IA32_EFER without VM-entry load: LME and LMA stay ours
        jne     wrmsr_may_fault
        and     eax, ~0x500
        mov     ebx, eax
        rdmsr
        and     eax, 0x500
        or      eax, ebx
        mov     edx, [msr_value + 4]
wrmsr_may_fault:
        wrmsr
        ret

emulate_rdmsr:
        mov     ecx, [rbp + 8]
        call    guest_rdmsr_or_fault
        jc      .end
%if64
        mov     rdx, rax
        shr     rdx, 32
        mov     eax, eax
%endif
        mov     [rbp + 0], rax
        mov     [rbp + 16], rdx
        jmp     skip_instruction
.end:
        ret

emulate_wrmsr:
        mov     ecx, [rbp + 8]
        mov     eax, [rbp + 0]
        mov     edx, [rbp + 16]
%if64
        shl     rdx, 32
        or      rax, rdx
%endif
        call    guest_wrmsr_or_fault
        jnc     skip_instruction
        ret

; ECX = MSR that a handler names; a value. The processor has no such MSR: the run ends
handler_rdmsr:
        call    guest_rdmsr_or_fault
        jc      no_such_msr
        ret

handler_wrmsr:
        call    guest_wrmsr_or_fault
        jc      no_such_msr
        ret

no_such_msr:
        mov     esi, text_no_msr
        call    print_text
        jmp     panic_state

; The same with CF = the guest has got a #GP. The handler of exceptions leaves the routine that faulted for its caller, with what
; inject_exception left, and sets "faults".
guest_rdmsr_or_fault:
        call    guest_rdmsr
        jmp     msr_done
guest_wrmsr_or_fault:
        call    guest_wrmsr
msr_done:
        bt      dword [faults], 0
        mov     dword [faults], 0
        ret

; IN and OUT, INS and OUTS (SDM "Exit Qualification for I/O Instructions"). Of a repeated string instruction one round is done; RIP stays
; for the next, as the processor itself does between rounds.
emulate_io_instruction:
        mov     edx, 0x6400
        call    read_field
        mov     [qualification], eax
        mov     ebx, eax
        mov     edx, eax
        shr     edx, 16                         ; the port
        bt      ebx, 4
        jc      .string
        and     ebx, 15                         ; size less 1 in bits 2:0, bit 3 set for IN
        mov     eax, [rbp + 0]
        cmp     ebx, 8
        jae     .in
        call    port_out
        jmp     skip_instruction
.in:
        and     ebx, 7
        call    port_in
        cmp     ebx, 1
        je      .in16
        jb      .in8
        mov     eax, eax
        mov     [rbp + 0], rax
        jmp     skip_instruction
.in16:
        mov     [rbp + 0], ax
        jmp     skip_instruction
.in8:
        mov     [rbp + 0], al
        jmp     skip_instruction
.string:
        call    address_size_mask
        mov     rcx, [rbp + 8]
        and     rcx, [address_mask]
        bt      dword [qualification], 5        ; REP
        jnc     .round
        test    rcx, rcx
        jz      skip_instruction
.round:
        mov     edx, 0x640A                     ; guest-linear address
        call    read_field
        mov     ecx, [qualification]
        and     ecx, 7
        inc     ecx
        bt      dword [qualification], 3
        jc      .ins
        call    read_virtual
        jc      .unmapped
        mov     eax, [transfer]
        mov     edx, [qualification]
        mov     ebx, edx
        shr     edx, 16
        and     ebx, 7
        call    port_out
        mov     esi, 48                         ; RSI in the frame
        jmp     .advance
.ins:
        push    rax
        push    rcx
        mov     edx, [qualification]
        mov     ebx, edx
        shr     edx, 16
        and     ebx, 7
        call    port_in
        mov     [transfer], eax
        pop     rcx
        pop     rax
        call    write_virtual
        jc      .unmapped
        mov     esi, 56                         ; RDI
.advance:
        mov     edx, 0x6820                     ; RFLAGS.DF
        call    read_field
        mov     ebx, eax
        mov     ecx, [qualification]
        and     ecx, 7
        inc     ecx
        bt      ebx, 10
        jnc     .up
        neg     rcx
.up:
        call    add_to_register
        bt      dword [qualification], 5
        jnc     skip_instruction
        mov     esi, 8                          ; RCX
        mov     rcx, -1
        call    add_to_register
        mov     rax, [rbp + 8]
        and     rax, [address_mask]
        jz      skip_instruction
        ret
.unmapped:
        jmp     not_mapped

; sets address_mask to the bits that the instruction's address size uses (SDM "VM-Exit Instruction Information")
address_size_mask:
        mov     edx, 0x440E
        call    read_field
        shr     eax, 7
        and     eax, 7
        mov     ecx, 0xFFFF
        cmp     eax, 0
        je      .end
        mov     ecx, 0xFFFFFFFF
        cmp     eax, 1
        je      .end
        mov     rcx, -1
.end:
        mov     [address_mask], rcx
        ret

; ESI = place of a register in the frame, RCX = what is added to the bits of address_mask; above them 16-bit addresses keep the register
add_to_register:
        mov     rax, [rbp + rsi]
        add     rcx, rax
        and     rcx, [address_mask]
        cmp     dword [address_mask], 0xFFFF
        jne     .store
        and     rax, ~0xFFFF
        or      rcx, rax
.store:
        mov     [rbp + rsi], rcx
        ret

; EDX = port, EBX = size less 1, EAX = value
port_out:
        cmp     ebx, 1
        jb      .byte
        je      .word
        out     dx, eax
        ret
.byte:
        out     dx, al
        ret
.word:
        out     dx, ax
        ret

; EDX = port, EBX = size less 1; EAX = value
port_in:
        xor     eax, eax
        cmp     ebx, 1
        jb      .byte
        je      .word
        in      eax, dx
        ret
.byte:
        in      al, dx
        ret
.word:
        in      ax, dx
        ret

; MOV to and from debug registers; DR7 is a VMCS field, the others are the processor's
emulate_dr_access:
        mov     edx, 0x681A
        call    read_field
        bt      eax, 13                         ; DR7.GD: the access is an exception, which says so in DR6.BD
        jc      .guarded
        mov     edx, 0x6400
        call    read_field
        mov     [qualification], eax
        mov     ecx, eax
        shr     ecx, 8
        and     ecx, 15                         ; the general register
        bt      eax, 4                          ; from the debug register
        jc      .read
        call    read_register
        mov     ecx, [qualification]
        and     ecx, 7
        cmp     ecx, 0
        je      .to0
        cmp     ecx, 1
        je      .to1
        cmp     ecx, 2
        je      .to2
        cmp     ecx, 3
        je      .to3
%if64
        mov     rbx, rax
        shr     rbx, 32
        jnz     .too_wide
%endif
        bt      ecx, 0
        jc      .to7
        or      eax, 0xFFFF0FF0                 ; bits of DR6 that are 1
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
.too_wide:
        mov     eax, 13
        xor     ecx, ecx
        jmp     inject_exception
.guarded:
        btr     eax, 13
        mov     edx, 0x681A
        call    write_field
        mov     rax, dr6
        or      eax, 0x2000
        mov     dr6, rax
        mov     eax, 1
        jmp     inject_exception
.to7:
        and     eax, 0xFFFF2FFF                 ; bits that do not exist
        or      eax, 0x400
        mov     edx, 0x681A
        call    write_field
        jmp     skip_instruction
.read:
        mov     ebx, [qualification]
        and     ebx, 7
        cmp     ebx, 0
        je      .from0
        cmp     ebx, 1
        je      .from1
        cmp     ebx, 2
        je      .from2
        cmp     ebx, 3
        je      .from3
        bt      ebx, 0
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
; the time-stamp counter, with the guest's multiplier and offset when it has them
emulate_rdtsc:
        rdtsc
        mov     [msr_value], eax
        mov     [msr_value + 4], edx
        mov     rbx, [current]
        bt      dword [rbx + VMCS_HOLDS], 1
        jnc     .have
        bt      dword [rbx + VMCS_HOLDS], 4
        jnc     .offset
        call    scale_time
.offset:
        mov     edx, 0x2010
        call    read_field
        mov     ebx, eax
%if64
        shr     rax, 32
%else
        mov     edx, 0x2011
        call    read_field
%endif
        add     [msr_value], ebx
        adc     [msr_value + 4], eax
.have:
        mov     eax, [msr_value]
        mov     [rbp + 0], rax
        mov     eax, [msr_value + 4]
        mov     [rbp + 16], rax
        jmp     skip_instruction

; [msr_value] times the TSC multiplier, which has 48 fractional bits
scale_time:
        mov     ecx, 0x2032
        call    read_wide
%if64
        mul     qword [msr_value]
        mov     [product], rax
        mov     [product + 8], rdx
%else
        mov     ecx, eax
        mov     ebx, edx
        mul     dword [msr_value]
        mov     [product], eax
        mov     [product + 4], edx
        mov     eax, ebx
        mul     dword [msr_value + 4]
        mov     [product + 8], eax
        mov     [product + 12], edx
        mov     eax, ebx
        mul     dword [msr_value]
        call    .add
        mov     eax, ecx
        mul     dword [msr_value + 4]
        call    .add
%endif
        mov     eax, [product + 6]
        mov     [msr_value], eax
        mov     eax, [product + 10]
        mov     [msr_value + 4], eax
        ret
%if32
.add:
        add     [product + 4], eax
        adc     [product + 8], edx
        adc     dword [product + 12], 0
        ret
%endif

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
        bts     eax, 18                         ; OSXSAVE
        mov     cr4, rax
        call    .set
        bt      dword [faults], 0
        mov     dword [faults], 0
        jnc     skip_instruction
        ret
.set:
        mov     ecx, [rbp + 8]
        mov     edx, [rbp + 16]
        mov     eax, [rbp + 0]
xsetbv_may_fault:
        xsetbv
        ret

; waiting for nothing: the guest goes on
emulate_hlt:
emulate_pause:
emulate_monitor:
emulate_mwait:
        jmp     skip_instruction

text_no_msr:            db "vmcsmith: a handler uses an MSR, or a value for it, that the processor does not take", 10, 0
align 4
fault_stages:
        dd      rdmsr_may_fault, wrmsr_may_fault, rdmsr_trial_may_fault, wrmsr_trial_may_fault, xsetbv_may_fault, 0
align 8
msr_value:
        dq      0
own_value:
        dq      0
product:
        dq      0, 0
address_mask:
        dq      0
faults:
        dd      0
align 16
