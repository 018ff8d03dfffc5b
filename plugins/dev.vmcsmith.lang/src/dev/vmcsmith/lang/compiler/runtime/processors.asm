; SPDX-License-Identifier: EPL-2.0
; How processor 0 starts another one (SDM "Multiple-Processor (MP) Initialization"): INIT, then SIPI, which makes it execute the page
; START_PAGE in real mode. What lies there is put back afterwards. The processor goes the way of the first one from there.

START_PAGE equ 0x8000

bits 64
; RAX = block of the processor to start; back when it is ready to launch its guest
start_processor:
        mov     rdx, [current]
        push    rdx
        mov     edx, [fields_written]
        push    rdx
        mov     dword [fields_written], 0
        mov     [processor], rax
        mov     rbx, rax
        call    exchange_start_page
        mov     ecx, 0x1B                       ; IA32_APIC_BASE
        rdmsr
        mov     esi, text_apic_off
        test    eax, 0x800                      ; enabled
        jz      fail_with_msr
        mov     edi, eax
        mov     eax, 0x4500                     ; INIT
        call    send_to_processor
        mov     ecx, 10000
        call    wait_microseconds
        mov     eax, 0x4600 + START_PAGE / 4096 ; SIPI
        call    send_to_processor
        mov     ecx, 200
        call    wait_until_started
        jnz     .started
        mov     eax, 0x4600 + START_PAGE / 4096
        call    send_to_processor
        mov     ecx, 2000000
        call    wait_until_started
        jz      .silent
.started:
        cmp     byte [rbx + PROCESSOR_STATE], PROCESSOR_READY
        je      .ready
        pause
        jmp     .started
.ready:
        call    exchange_start_page
        mov     eax, processor_0
        mov     [processor], rax
        pop     rax
        mov     [fields_written], eax
        pop     rax
        mov     [current], rax
        ret
.silent:
        mov     eax, processor_0
        mov     [processor], rax
        mov     esi, text_silent
        mov     rax, [rbx + PROCESSOR_NUMBER]
        jmp     fail_with_value

; EAX = low half of the interrupt command, RDI = IA32_APIC_BASE, RBX = block of the processor that it is for
send_to_processor:
        test    edi, 0x400                      ; x2APIC mode
        jnz     .x2apic
        mov     edx, edi
        and     edx, 0xFFFFF000
        mov     ecx, [rbx + PROCESSOR_NUMBER]
        shl     ecx, 24
        mov     [rdx + 0x310], ecx
        mov     [rdx + 0x300], eax
.pending:
        pause
        test    dword [rdx + 0x300], 0x1000     ; delivery status
        jnz     .pending
        ret
.x2apic:
        mov     edx, [rbx + PROCESSOR_NUMBER]
        mov     ecx, 0x830                      ; IA32_X2APIC_ICR
        wrmsr
        ret

; ECX = microseconds or more: the time of as many accesses to a port of the ISA bus
wait_microseconds:
        in      al, 0x80
        dec     ecx
        jnz     wait_microseconds
        ret

; ECX = microseconds at most, RBX = block of a processor; ZF = it has not started
wait_until_started:
        cmp     byte [rbx + PROCESSOR_STATE], 0
        jne     .end
        in      al, 0x80
        dec     ecx
        jnz     wait_until_started
.end:
        ret

; exchanges the start page's first bytes with the start code
exchange_start_page:
        mov     esi, start_code
        mov     edi, START_PAGE
        mov     ecx, start_code_end - start_code
.byte:
        mov     al, [rsi]
        mov     dl, [rdi]
        mov     [rsi], dl
        mov     [rdi], al
        inc     rsi
        inc     rdi
        dec     ecx
        jnz     .byte
        ret

; real mode, CS is START_PAGE / 16, IP is 0
bits 16
start_code:
        cli
        mov     ax, cs
        mov     ds, ax
        lgdt    [start_gdt_pointer - start_code]
        mov     eax, cr0
        or      al, 1                           ; PE
        mov     cr0, eax
        db      0x66, 0xEA                      ; JMP 08:started, 32 bits
        dd      started
        dw      8
start_gdt:
        dq      0
        dq      0x00CF9B000000FFFF              ; 08: 32-bit code
        dq      0x00CF93000000FFFF              ; 10: data
start_gdt_pointer:
        dw      3 * 8 - 1
        dd      START_PAGE + (start_gdt - start_code)
start_code_end:

bits 32
started:
        mov     ax, 0x10
        mov     ds, ax
        mov     es, ax
        mov     ss, ax
        mov     ebx, [processor]
        mov     byte [ebx + PROCESSOR_STATE], PROCESSOR_STARTED
        jmp     enter_own_mode

bits 64
; in its own mode another processor uses the tables that the first one made
next_processor:
        lidt    [idt_pointer]
        mov     rbx, [processor]
        jmp     qword [rbx + PROCESSOR_LIFECYCLE]

text_apic_off:          db "the local APIC is off, so that other processors cannot be started; IA32_APIC_BASE", 0
text_silent:            db "a processor does not start; there is none with this local APIC ID", 0
align 16
