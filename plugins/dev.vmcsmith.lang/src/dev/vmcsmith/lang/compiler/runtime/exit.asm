; SPDX-License-Identifier: EPL-2.0
; Where VM exits arrive: saves the guest's registers, reports, and goes on to the generated "dispatch", which ends in "resume" or "stop".
; In handlers RBP is the frame: the guest's general registers by their number, 8 bytes each; RSP's place is not used, it is a VMCS field.

; Behind the frame lie the addresses of the descriptor of the processor's VMCS and of the processor's block. One processor at a time runs
; handlers; "current" and "processor" are its own.

; what a VMCS is to the hypervisor: its region, the code that finds a handler, whether it is launched, its VPID (0 for none), what its
; fields hold (bits 0 EPT, 1 TSC offset, 2 IA32_EFER, 3 IA32_PAT, 4 TSC multiplier), the bits of CR0 that VMX fixes, bit 31 when it is a
; shadow VMCS, the registers of its guest while another runs
VMCS_REGION equ 0
VMCS_DISPATCH equ 8
VMCS_LAUNCHED equ 16
VMCS_VPID equ 24
VMCS_HOLDS equ 32
VMCS_CR0_FIXED equ 40
VMCS_SHADOW equ 48
VMCS_REGISTERS equ 56
FRAME_BYTES equ 128
VMCS_OF_STACK equ 16

; what a processor is to the hypervisor: its VMXON region, the tops of its stacks for the life cycle and for VM exits, its TSS, the pointer
; to its GDT, what it does in its own mode and its life cycle, a list of its VMCSs that ends with 0, the ID of its local APIC, how far it is,
; whether it is in VMX operation, its VM exits, the changes of EPTs that it has seen
PROCESSOR_VMXON equ 0
PROCESSOR_STACK equ 8
PROCESSOR_HOST_STACK equ 16
PROCESSOR_TSS equ 24
PROCESSOR_GDT equ 32
PROCESSOR_ENTRY equ 40
PROCESSOR_LIFECYCLE equ 48
PROCESSOR_VMCSS equ 56
PROCESSOR_NUMBER equ 64
PROCESSOR_STATE equ 72
PROCESSOR_VMX_ON equ 80
PROCESSOR_EXITS equ 88
PROCESSOR_EPT_CHANGES equ 96
PROCESSOR_STARTED equ 1
PROCESSOR_READY equ 2

bits 64
vm_exit:
%if64
        push    r15
        push    r14
        push    r13
        push    r12
        push    r11
        push    r10
        push    r9
        push    r8
        push    rdi
        push    rsi
        push    rbp
        push    0
        push    rbx
        push    rdx
        push    rcx
        push    rax
%else
        sub     esp, 64                         ; R8 to R15
        push    0
        push    edi
        push    0
        push    esi
        push    0
        push    ebp
        push    0
        push    0
        push    0
        push    ebx
        push    0
        push    edx
        push    0
        push    ecx
        push    0
        push    eax
%endif
        mov     rbp, rsp
        cld
        call    lock_handlers
        mov     rbx, [rbp + FRAME_BYTES + 8]
        mov     [processor], rbx
        inc     dword [rbx + PROCESSOR_EXITS]
        mov     rax, [rbp + FRAME_BYTES]
        mov     [current], rax
        mov     byte [rax + VMCS_LAUNCHED], 1
        mov     edx, 0x4402                     ; exit reason
        call    read_field
        mov     [exit_reason], eax
        bt      eax, 31
        jc      entry_failed
        call    report_exit
        call    keep_event
        movzx   eax, word [exit_reason]
        mov     rbx, [current]
        jmp     qword [rbx + VMCS_DISPATCH]

resume:
        mov     rsp, rbp
%ifsmp
        mov     rbx, [processor]                ; another processor may have changed the EPT
        mov     eax, [ept_changes]
        cmp     eax, [rbx + PROCESSOR_EPT_CHANGES]
        je      .translations
        mov     [rbx + PROCESSOR_EPT_CHANGES], eax
        call    invalidate_all_epts
.translations:
%endif
%if64
        pop     rax
        pop     rcx
        pop     rdx
        pop     rbx
        add     rsp, 8
        pop     rbp
        pop     rsi
        pop     rdi
        pop     r8
        pop     r9
        pop     r10
        pop     r11
        pop     r12
        pop     r13
        pop     r14
        pop     r15
%else
        mov     eax, [ebp]
        mov     ecx, [ebp + 8]
        mov     edx, [ebp + 16]
        mov     ebx, [ebp + 24]
        mov     esi, [ebp + 48]
        mov     edi, [ebp + 56]
        mov     ebp, [ebp + 40]
%endif
        cmp     byte [must_launch], 0
        jne     .launch
        mov     byte [handler_lock], 0
        vmresume
        mov     edi, text_vmresume
        jmp     .refused
.launch:
        mov     byte [must_launch], 0
        mov     byte [handler_lock], 0
        vmlaunch
        mov     edi, text_vmlaunch
.refused:
        setc    cl
%if64
        mov     rbx, [rsp + 8]
%else
        mov     ebx, [esp + FRAME_BYTES + 8]
%endif
        call    lock_handlers
        mov     [processor], rbx
        bt      ecx, 0
        jmp     vm_failed

lock_handlers:
        pause
        lock bts dword [handler_lock], 0
        jc      lock_handlers
        ret

; an event whose delivery the exit interrupted is delivered by the next VM entry (SDM "Information for VM Exits That Occur During Event
; Delivery"), unless the handler injects another
keep_event:
        mov     edx, 0x4408                     ; IDT-vectoring information
        call    read_field
        bt      eax, 31
        jnc     .end
        and     eax, 0x80000FFF
        mov     edx, 0x4016                     ; VM-entry interruption information
        call    write_field
        mov     edx, 0x440A
        call    read_field
        mov     edx, 0x4018
        call    write_field
        mov     edx, 0x440C
        call    read_field
        mov     edx, 0x401A
        jmp     write_field
.end:
        ret

report_exit:
        mov     esi, text_exit
        call    report_text
        jz      .end
        mov     rax, [processor]
        mov     eax, [rax + PROCESSOR_EXITS]
        call    print_number
        mov     esi, text_colon
        call    print_text
        call    print_exit
.end:
        ret

; "cpuid (10), qualification 0x0, RIP 0x10005, length 2"
print_exit:
        call    print_reason_and_qualification
        mov     esi, text_rip
        call    print_text
        mov     edx, 0x681E
        call    print_field
        mov     esi, text_length
        call    print_text
        mov     edx, 0x440C
        call    read_field
        call    print_number
        jmp     print_newline

print_reason_and_qualification:
        call    print_reason
        mov     esi, text_open
        call    print_text
        movzx   eax, word [exit_reason]
        call    print_number
        mov     esi, text_qualification
        call    print_text
        mov     edx, 0x6400
        jmp     print_field

; the name of the basic exit reason
print_reason:
        movzx   eax, word [exit_reason]
; EAX = a basic exit reason
print_reason_name:
        mov     ebx, exit_reasons
        mov     ecx, [exit_reason_count]
        jmp     print_entry

; EDX = field
print_field:
        call    read_field
        jmp     print_hex

; bit 31 of the exit reason: the guest never ran
entry_failed:
        mov     esi, text_entry_failed
        call    print_text
        call    print_reason_and_qualification
        call    print_newline
        mov     al, 2
        jmp     leave_vmx

; prints where the guest is, and ends with exit code 1
panic_state:
        mov     esi, text_panic_exit
        call    print_text
        call    print_exit
        mov     ebx, state_fields
.field:
        mov     esi, [rbx + 4]
        test    esi, esi
        jz      .registers
        call    print_text
        mov     edx, [rbx]
        call    print_field
        add     rbx, 8
        jmp     .field
.registers:
        xor     ebx, ebx
.register:
        test    bl, 3
        jnz     .same_line
        call    print_newline
.same_line:
        lea     esi, [rbx + rbx * 2]
        lea     esi, [rsi + rsi + register_names] ; names of 6 bytes
        call    print_text
        mov     rax, [rbp + rbx * 8]
        cmp     ebx, 4
        jne     .show
        mov     edx, 0x681C
        call    read_field
.show:
        call    print_hex
        inc     ebx
%if64
        cmp     ebx, 16
%else
        cmp     ebx, 8
%endif
        jb      .register
        call    print_newline
        mov     al, 1
        jmp     leave_vmx

; an exit that no handler takes
no_handler:
        mov     esi, text_no_handler
        call    print_text
        call    print_reason
        call    print_newline
        jmp     panic_state

; EDX:EAX or RAX = address; a handler uses memory of the guest that is not there
not_mapped:
        mov     esi, text_not_mapped
        call    print_text
        mov     rax, [transfer_address]
%if32
        mov     edx, [transfer_address + 4]
%endif
        call    print_hex_value
        call    print_newline
        jmp     panic_state

; an expression in a handler divides by zero
division_by_zero:
        mov     esi, text_division
        call    print_text
        jmp     panic_state

align 8
exit_reason:
        dq      0
handler_lock:
        dq      0
state_fields:
        dd      0x681C, text_state_rsp, 0x6820, text_state_rflags, 0x6800, text_state_cr0, 0x6802, text_state_cr3, 0x6804, text_state_cr4
        dd      0x0802, text_state_cs, 0x2400, text_state_gpa, 0, 0
register_names:
        db      " rax=", 0, " rcx=", 0, " rdx=", 0, " rbx=", 0, " rsp=", 0, " rbp=", 0, " rsi=", 0, " rdi=", 0
        db      "  r8=", 0, "  r9=", 0, " r10=", 0, " r11=", 0, " r12=", 0, " r13=", 0, " r14=", 0, " r15=", 0
text_vmresume:          db "VMRESUME", 0
text_exit:              db "exit ", 0
text_open:              db " (", 0
text_qualification:     db "), qualification ", 0
text_rip:               db ", RIP ", 0
text_length:            db ", length ", 0
text_entry_failed:      db "vmcsmith: VM entry failed: ", 0
text_panic_exit:        db "vmcsmith: at exit ", 0
text_no_handler:        db "vmcsmith: no handler for exit ", 0
text_not_mapped:        db "vmcsmith: a handler uses an address that the guest does not map: ", 0
text_division:          db "vmcsmith: division by zero in a handler", 10, 0
text_state_rsp:         db "vmcsmith: RSP ", 0
text_state_rflags:      db ", RFLAGS ", 0
text_state_cr0:         db ", CR0 ", 0
text_state_cr3:         db ", CR3 ", 0
text_state_cr4:         db ", CR4 ", 0
text_state_cs:          db ", CS ", 0
text_state_gpa:         db ", guest-physical address ", 0
align 16
