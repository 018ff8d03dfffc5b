; SPDX-License-Identifier: EPL-2.0
; The steps from "is there VMX" to VMLAUNCH and back. A step that fails says what it found and ends the run; CF and ZF are looked at
; after every VMX instruction. The order of the steps is in the generated part, "lifecycle".

bits 64
; CPUID.1:ECX[5]
check_vmx_support:
        mov     eax, 1
        cpuid
        mov     esi, text_no_vmx
        bt      ecx, 5
        jnc     fail
        mov     esi, text_has_vmx
        jmp     report_line

; IA32_FEATURE_CONTROL: bit 0 lock, bit 2 VMX outside SMX
check_feature_control:
        mov     ecx, 0x3A
        rdmsr
        test    al, 1
        jnz     .locked
        or      eax, 5
        wrmsr
        rdmsr
.locked:
        mov     ebx, eax
        mov     esi, text_feature_control
        call    report_hex
        mov     eax, ebx
        mov     esi, text_vmx_locked_out
        test    al, 4
        jz      fail_with_value
        mov     esi, text_not_lockable
        test    al, 1
        jz      fail_with_value
        ret

; CR0.PE, PG and NE, and CR4.VMXE, which must not be someone else's
check_control_registers:
        mov     rax, cr0
        mov     esi, text_cr0
        call    report_hex
        mov     rax, cr0
        mov     ecx, 0x80000021
        mov     rdx, rcx
        and     rdx, rax
        mov     esi, text_cr0_lacks
        cmp     rdx, rcx
        jne     fail_with_value
        mov     rax, cr4
        mov     esi, text_cr4
        call    report_hex
        mov     rax, cr4
        mov     esi, text_vmx_in_use
        bt      eax, 13
        jc      fail_with_value
        ret

; CR4.VMXE := 1, then CR0 and CR4 against the fixed bits
enable_vmx:
        mov     rax, cr4
        or      eax, 0x2000
        mov     cr4, rax
        mov     esi, text_vmxe_on
        call    report_line
        mov     rbx, cr0
        mov     ecx, 0x486                      ; IA32_VMX_CR0_FIXED0, FIXED1
        mov     edi, text_cr0_fixed
        call    check_fixed_bits
        mov     rbx, cr4
        mov     ecx, 0x488                      ; IA32_VMX_CR4_FIXED0, FIXED1
        mov     edi, text_cr4_fixed

; RBX = register's value, ECX = its FIXED0 MSR, RDI = text for a failure
check_fixed_bits:
        call    read_msr
        mov     rsi, rax
        inc     ecx
        call    read_msr
        mov     rdx, rbx
        and     rdx, rsi
        cmp     rdx, rsi                        ; every bit of FIXED0 is set
        jne     .broken
        not     rax
        test    rax, rbx                        ; no bit outside FIXED1 is set
        jnz     .broken
        ret
.broken:
        mov     rsi, rdi
        mov     rax, rbx
        jmp     fail_with_value

; ECX = MSR; its value in RAX, RDX is lost; in a 32-bit hypervisor in EDX:EAX
read_msr:
        rdmsr
%if64
        shl     rdx, 32
        or      rax, rdx
%endif
        ret

; the VMXON region gets the revision identifier; its size is checked against the page that was set aside
vmx_on:
        mov     ecx, 0x480                      ; IA32_VMX_BASIC
        rdmsr
        mov     [vmx_basic], eax
        mov     [vmx_basic + 4], edx
        mov     esi, text_vmx_basic
        call    report_text
        jz      .quiet
        mov     ecx, 0x480
        call    read_msr
        call    print_hex_value
        call    print_newline
.quiet:
        mov     eax, [vmx_basic]
        and     eax, 0x7FFFFFFF
        mov     rbx, [processor]
        mov     rdx, [rbx + PROCESSOR_VMXON]
        mov     [rdx], eax
        mov     eax, [vmx_basic + 4]
        and     eax, 0x1FFF
        mov     esi, text_region_size
        mov     ecx, 0x480
        cmp     eax, 4096
        ja      fail_with_msr
        mov     edi, text_vmxon
        vmxon   [rbx + PROCESSOR_VMXON]
        jna     vm_failed
        mov     byte [rbx + PROCESSOR_VMX_ON], 1
        mov     rsi, rdi
        jmp     report_line

; the region of the current descriptor gets the revision identifier and is cleared
vmcs_clear:
        mov     rbx, [current]
        mov     byte [rbx + VMCS_LAUNCHED], 0
        mov     rdx, [rbx + VMCS_REGION]
        mov     eax, [vmx_basic]
        and     eax, 0x7FFFFFFF
        or      eax, [rbx + VMCS_SHADOW]        ; the shadow-VMCS indicator
        mov     [rdx], eax
        mov     edi, text_vmclear
        vmclear [rbx + VMCS_REGION]
        jna     vm_failed
        mov     rsi, rdi
        jmp     report_line

vmcs_load:
        mov     rbx, [current]
        mov     edi, text_vmptrld
        vmptrld [rbx + VMCS_REGION]
        jna     vm_failed
        mov     rsi, rdi
        jmp     report_line

; EDX = field, RAX = value; RDI is lost
write_field:
        mov     edi, text_vmwrite
        vmwrite rdx, rax
        jna     .failed
        inc     dword [fields_written]
        ret
.failed:
        pushfq
        push    rax
        mov     esi, text_field
        call    print_text
        mov     eax, edx
        call    print_hex
        mov     esi, text_value
        call    print_text
        pop     rax
        call    print_hex
        call    print_newline
        popfq
        jmp     vm_failed

; EDX = field; RAX = its value
read_field:
        vmread  rax, rdx
        jna     .failed
        ret
.failed:
        mov     edi, text_vmread
        jmp     vm_failed

; ECX = a field of 64 bits; its value. A 32-bit hypervisor reads it in two halves
read_wide:
%if64
        mov     edx, ecx
        jmp     read_field
%else
        lea     edx, [ecx + 1]
        call    read_field
        push    eax
        mov     edx, ecx
        call    read_field
        pop     edx
        ret
%endif

; ECX = a field of 64 bits, a value
write_wide:
%if64
        mov     edx, ecx
        jmp     write_field
%else
        push    edx
        mov     edx, ecx
        call    write_field
        pop     eax
        lea     edx, [ecx + 1]
        jmp     write_field
%endif

; A control field from its capability MSR: EDX = field, ECX = MSR, EDI = bits that must be 1, EBP = bits that must be 0,
; RBX = table of the names of its bits. The low half of the MSR is ORed, the high half ANDed.
write_controls:
        call    read_control_msr
        mov     esi, edx                        ; allowed 1-settings
        not     edx
        and     edx, edi
        jnz     control_not_possible
        mov     edx, ebp
        and     edx, eax
        jnz     control_not_possible
        or      eax, edi
        and     eax, esi
        mov     edx, [control_field]
        jmp     write_field

; EDX = control field, ECX = its MSR; EDX:EAX = the MSR, or of the TRUE one
read_control_msr:
        mov     [control_field], edx
        cmp     ecx, 0x484
        ja      .msr_known
        bt      dword [vmx_basic + 4], 23       ; bit 55: the TRUE MSRs exist
        jnc     .msr_known
        add     ecx, 0x48D - 0x481
.msr_known:
        mov     [control_msr], ecx
        rdmsr
        ret

; bits that handlers set later: as for write_controls, but nothing is written
check_controls:
        call    read_control_msr
        not     edx
        and     edx, edi
        jnz     control_not_possible
        ret

; the same for a field of 64 bits whose MSR has allowed 1-settings only; no bit above 31 is asked for
write_allowed_controls:
        mov     [control_field], edx
        mov     [control_msr], ecx
        rdmsr
        mov     edx, eax
        not     edx
        and     edx, edi
        jnz     control_not_possible
        mov     eax, edi
        xor     edx, edx
        mov     ecx, [control_field]
        jmp     write_wide

; EDX = the bits that cannot have their value
control_not_possible:
        mov     edi, edx
        mov     esi, text_control
        call    print_text
        bsf     eax, edi
        mov     ecx, 32
        call    print_entry
        mov     esi, text_control_of
        call    print_text
        mov     eax, [control_field]
        call    print_hex
        mov     esi, text_control_msr
        call    print_text
        mov     eax, [control_msr]
        call    print_hex
        mov     esi, text_equals
        call    print_text
        mov     ecx, [control_msr]
        call    read_msr
        call    print_hex_value
        call    print_newline
        mov     al, 2
        jmp     leave_vmx

; what the setup needs of IA32_VMX_EPT_VPID_CAP: EDI = bits 31:0, EBP = bits 63:32 that must be 1
check_ept_capabilities:
        mov     ecx, 0x482                      ; IA32_VMX_PROCBASED_CTLS: secondary controls may be activated
        rdmsr
        mov     esi, text_no_secondary
        bt      edx, 31
        jnc     fail_with_msr
        mov     ecx, 0x48B                      ; IA32_VMX_PROCBASED_CTLS2: "enable EPT", "enable VPID"
        rdmsr
        mov     esi, text_no_ept
        test    edx, 0x22
        jz      fail_with_msr
        mov     ecx, 0x48C                      ; which exists only with one of these
        rdmsr
        mov     esi, text_ept_capability
        and     eax, edi
        cmp     eax, edi
        jne     fail_with_msr
        and     edx, ebp
        cmp     edx, ebp
        jne     fail_with_msr
        ret

; host state that is read from the processor as it is now
write_host_state:
        mov     rax, cr0
        mov     edx, 0x6C00
        call    write_field
        mov     rax, cr3
        mov     edx, 0x6C02
        call    write_field
        mov     rax, cr4
        mov     edx, 0x6C04
        call    write_field
        mov     eax, es
        mov     edx, 0x0C00
        call    .selector
        mov     eax, cs
        mov     edx, 0x0C02
        call    .selector
        mov     eax, ss
        mov     edx, 0x0C04
        call    .selector
        mov     eax, ds
        mov     edx, 0x0C06
        call    .selector
        mov     eax, fs
        mov     edx, 0x0C08
        call    .selector
        mov     eax, gs
        mov     edx, 0x0C0A
        call    .selector
        str     eax
        mov     edx, 0x0C0C
        call    .selector
        xor     eax, eax                        ; FS and GS bases: null selectors
        mov     edx, 0x6C06
        call    write_field
        xor     eax, eax
        mov     edx, 0x6C08
        call    write_field
        mov     rax, [processor]
        mov     rax, [rax + PROCESSOR_TSS]
        mov     edx, 0x6C0A
        call    write_field
        sgdt    [descriptor_table]
        mov     rax, [descriptor_table + 2]
        mov     edx, 0x6C0C
        call    write_field
        sidt    [descriptor_table]
        mov     rax, [descriptor_table + 2]
        mov     edx, 0x6C0E
        call    write_field
        mov     ecx, 0x174                      ; IA32_SYSENTER_CS, ESP, EIP
        call    read_msr
        mov     edx, 0x4C00
        call    write_field
        mov     ecx, 0x175
        call    read_msr
        mov     edx, 0x6C10
        call    write_field
        mov     ecx, 0x176
        call    read_msr
        mov     edx, 0x6C12
        call    write_field
        mov     rax, [processor]
        mov     rax, [rax + PROCESSOR_HOST_STACK]
        sub     rax, VMCS_OF_STACK
        mov     edx, 0x6C14
        call    write_field
        mov     eax, vm_exit
        mov     edx, 0x6C16
        jmp     write_field
.selector:
        and     eax, 0xF8                       ; RPL and TI are 0
        jmp     write_field

; ECX = an MSR that VM exits load, EBX = its field in the host-state area: what the processor has in it now
write_host_msr:
        call    read_msr
        mov     ecx, ebx
        jmp     write_wide

; waits until all processors are ready, then enters the guest of the current VMCS for the first time, with the registers that its
; descriptor has
launch:
        mov     esi, text_fields_written
        call    report_text
        jz      .quiet
        mov     eax, [fields_written]
        call    print_number
        mov     esi, text_fields
        call    print_text
        call    print_newline
.quiet:
        mov     dword [fields_written], 0
        mov     rdx, [current]
        mov     rbx, [processor]
        mov     byte [rbx + PROCESSOR_STATE], PROCESSOR_READY
        cmp     dword [rbx + PROCESSOR_NUMBER], 0
        je      .go                             ; the first processor is ready when all others are
.wait:
        pause
        cmp     byte [all_ready], 0
        je      .wait
.go:
        call    lock_handlers
        mov     byte [all_ready], 1
        mov     [current], rdx
        mov     [processor], rbx
        mov     esi, text_vmlaunch
        call    report_line
        mov     rsp, [rbx + PROCESSOR_HOST_STACK]
        sub     rsp, VMCS_OF_STACK
        mov     [rsp], rdx
        mov     [rsp + 8], rbx
        sub     esp, FRAME_BYTES
        mov     rbp, rsp
        call    registers_of_current
        mov     byte [must_launch], 1
        jmp     resume

; the registers of the current descriptor become those of the frame
registers_of_current:
        mov     rsi, [current]
        add     rsi, VMCS_REGISTERS
        mov     rdi, rbp
        mov     ecx, FRAME_BYTES / 4
        rep movsd
        ret

; RAX = descriptor of another VMCS, which is to be entered in the place of the current one
switch_vmcs:
        mov     rdi, [current]
        add     rdi, VMCS_REGISTERS
        mov     rsi, rbp
        mov     ecx, FRAME_BYTES / 4
        rep movsd
        mov     [current], rax
        mov     [rbp + FRAME_BYTES], rax
        mov     rbx, rax
        mov     edi, text_vmptrld
        vmptrld [rbx + VMCS_REGION]
        jna     vm_failed
        call    registers_of_current
        mov     rbx, [current]
        mov     al, [rbx + VMCS_LAUNCHED]
        xor     al, 1
        mov     [must_launch], al
        jmp     resume

; the way out that "stop" takes: VMCLEAR, VMXOFF, CR4.VMXE := 0; the last processor ends the run
stop:
        mov     rbx, [processor]
        mov     rsp, [rbx + PROCESSOR_STACK]
        mov     rdx, [rbx + PROCESSOR_VMCSS]
.next:
        mov     eax, [rdx]
        test    eax, eax
        jz      .cleared
        push    rdx
        mov     [current], rax
        call    vmcs_clear
        pop     rdx
        add     edx, 4
        jmp     .next
.cleared:
        mov     edi, text_vmxoff
        vmxoff
        jna     vm_failed
        mov     rbx, [processor]
        mov     byte [rbx + PROCESSOR_VMX_ON], 0
        mov     rsi, rdi
        call    report_line
        mov     rax, cr4
        btr     eax, 13
        mov     cr4, rax
        mov     esi, text_vmxe_off
        call    report_line
        dec     dword [processors_running]
        jz      .last
        mov     byte [handler_lock], 0
.rest:
        cli
        hlt
        jmp     .rest
.last:
        xor     eax, eax
        jmp     finish

; RDI = the instruction that failed, flags as it left them
vm_failed:
        jc      .invalid
        mov     rsi, rdi
        call    print_failed
        mov     edx, 0x4400                     ; VM-instruction error
        vmread  rax, rdx
        push    rax
        call    print_number
        mov     esi, text_colon
        call    print_text
        pop     rax
        mov     ebx, instruction_errors
        mov     ecx, [instruction_error_count]
        call    print_entry
        call    print_newline
        mov     al, 2
        jmp     leave_vmx
.invalid:
        mov     rsi, rdi
        call    print_failed
        mov     esi, text_invalid
        call    print_text
        mov     al, 2
        jmp     leave_vmx

print_failed:
        push    rsi
        mov     esi, text_name
        call    print_text
        pop     rsi
        call    print_text
        mov     esi, text_failed
        jmp     print_text

; RSI = text, RAX = value that it is about
fail_with_value:
        push    rax
        push    rsi
        mov     esi, text_name
        call    print_text
        pop     rsi
        call    print_text
        mov     esi, text_found
        call    print_text
        pop     rax
        call    print_hex
        call    print_newline
        mov     al, 2
        jmp     leave_vmx

; RSI = text, ECX = MSR that it is about
fail_with_msr:
        push    rsi
        mov     esi, text_name
        call    print_text
        pop     rsi
        call    print_text
        mov     esi, text_found
        call    print_text
        call    read_msr
        call    print_hex_value
        call    print_newline
        mov     al, 2
        jmp     leave_vmx

; RSI = text
fail:
        push    rsi
        mov     esi, text_name
        call    print_text
        pop     rsi
        call    print_text
        call    print_newline
        mov     al, 2

; AL = exit code; VMX is left if it is on
leave_vmx:
        mov     rbx, [processor]
        cmp     byte [rbx + PROCESSOR_VMX_ON], 0
        je      finish
        mov     byte [rbx + PROCESSOR_VMX_ON], 0
        vmxoff
        mov     rbx, cr4
        btr     ebx, 13
        mov     cr4, rbx

; AL = exit code, for the debug-exit port; then the power-off ports of QEMU and Bochs, then nothing more
finish:
        mov     ebx, eax
        mov     esi, text_exit_code
        call    report_text
        jz      .drain
        movzx   eax, bl
        call    print_number
        call    print_newline
.drain:
        mov     dx, SERIAL_PORT + 5
        in      al, dx
        test    al, 0x40                        ; transmitter empty
        jz      .drain
        mov     al, bl
        out     0xF4, al
        mov     dx, 0x604
        mov     ax, 0x2000
        out     dx, ax
        mov     esi, text_shutdown
        mov     dx, 0x8900
        mov     ecx, 8
        rep outsb
.halt:
        cli
        hlt
        jmp     .halt

align 8
vmx_basic:
        dq      0
fields_written:
        dq      0
current:                                        ; descriptor of the current VMCS
        dq      0
processor:                                      ; block of the processor that this part of the hypervisor runs on
        dq      processor_0
all_ready:
        dq      0
must_launch:
        dq      0
control_field:
        dd      0
control_msr:
        dd      0
descriptor_table:
        dq      0, 0

text_name:              db "vmcsmith: ", 0
text_found:             db ": ", 0
text_colon:             db ": ", 0
text_equals:            db " = ", 0
text_failed:            db " failed: ", 0
text_invalid:           db "VMfailInvalid (no current VMCS, or a region that is misaligned or has the wrong revision)", 10, 0
text_no_vmx:            db "this processor has no VMX (CPUID.1:ECX[5] is 0)", 0
text_has_vmx:           db "CPUID.1:ECX.VMX = 1", 0
text_feature_control:   db "IA32_FEATURE_CONTROL = ", 0
text_vmx_locked_out:    db "the firmware has locked VMX out (IA32_FEATURE_CONTROL is locked with bit 2 = 0); enable VMX in its settings", 0
text_not_lockable:      db "IA32_FEATURE_CONTROL cannot be locked", 0
text_cr0:               db "CR0 = ", 0
text_cr4:               db "CR4 = ", 0
text_cr0_lacks:         db "CR0 lacks PE, PG or NE", 0
text_vmx_in_use:        db "CR4.VMXE is set already: another hypervisor uses VMX; CR4", 0
text_vmxe_on:           db "CR4.VMXE = 1", 0
text_vmxe_off:          db "CR4.VMXE = 0", 0
text_cr0_fixed:         db "CR0 breaks the fixed bits of IA32_VMX_CR0_FIXED0 and FIXED1; CR0", 0
text_cr4_fixed:         db "CR4 breaks the fixed bits of IA32_VMX_CR4_FIXED0 and FIXED1; CR4", 0
text_vmx_basic:         db "IA32_VMX_BASIC = ", 0
text_region_size:       db "IA32_VMX_BASIC asks for a region larger than 4096 bytes", 0
text_vmxon:             db "VMXON", 0
text_vmclear:           db "VMCLEAR", 0
text_vmptrld:           db "VMPTRLD", 0
text_vmwrite:           db "VMWRITE", 0
text_vmread:            db "VMREAD", 0
text_vmlaunch:          db "VMLAUNCH", 0
text_vmxoff:            db "VMXOFF", 0
text_fields_written:    db "VMWRITE: ", 0
text_fields:            db " fields", 0
text_field:             db "vmcsmith: VMCS field ", 0
text_value:             db ", value ", 0
text_control:           db "vmcsmith: the control ", 0
text_control_of:        db " of VMCS field ", 0
text_control_msr:       db " cannot have the value asked for: MSR ", 0
text_no_secondary:      db "this processor has no secondary processor-based controls; IA32_VMX_PROCBASED_CTLS", 0
text_no_ept:            db "this processor has neither EPT nor VPID; IA32_VMX_PROCBASED_CTLS2", 0
text_ept_capability:    db "the processor lacks EPT or VPID features that the setup needs; IA32_VMX_EPT_VPID_CAP", 0
text_exit_code:         db "exit code ", 0
text_shutdown:          db "Shutdown"
align 16
