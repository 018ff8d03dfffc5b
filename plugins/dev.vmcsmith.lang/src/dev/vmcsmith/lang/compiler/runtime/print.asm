; SPDX-License-Identifier: EPL-2.0
; Text on the serial port. All of these keep every register but RAX, RSI and the flags. A "value" has 64 bits: in RAX, or in EDX:EAX of a
; 32-bit hypervisor.

bits 64
; AL = character
put_char:
        push    rdx
        push    rax
        mov     dx, SERIAL_PORT + 5
.wait:
        in      al, dx
        test    al, 0x20                        ; transmitter holding register empty
        jz      .wait
        pop     rax
        mov     dx, SERIAL_PORT
        out     dx, al
        pop     rdx
        ret

; RSI = text, ended by 0
print_text:
        mov     al, [rsi]
        test    al, al
        jz      .end
        call    put_char
        inc     rsi
        jmp     print_text
.end:
        ret

print_newline:
        mov     al, 10
        jmp     put_char

; RAX = number; 0x and no leading zeros
print_hex:
        push    rdx
        xor     edx, edx
        call    print_hex_value
        pop     rdx
        ret

; a value; 0x and no leading zeros
print_hex_value:
        push    rax
        mov     esi, text_0x
        call    print_text
        pop     rax
; a value; no 0x, no leading zeros
print_hex_digits:
%if64
        push    rcx
        push    rdx
        mov     rdx, rax
        mov     ecx, 64
.lead:
        sub     ecx, 4
        jz      .digit
        mov     rax, rdx
        shr     rax, cl
        jz      .lead
.digit:
        mov     rax, rdx
        shr     rax, cl
        and     eax, 15
        mov     al, [rax + hex_digits]
        call    put_char
        sub     ecx, 4
        jns     .digit
        pop     rdx
        pop     rcx
        ret
%else
        push    ecx
        push    edx
        mov     ecx, 32
        test    edx, edx
        jz      .low
        push    eax
        mov     eax, edx
        call    .lead
        pop     edx
        mov     ecx, 28                         ; all digits of the low half
        call    .digit
        jmp     .end
.low:
        mov     edx, eax
        call    .lead_edx
.end:
        pop     edx
        pop     ecx
        ret
.lead:
        mov     edx, eax
.lead_edx:
        mov     ecx, 32
.skip:
        sub     ecx, 4
        jz      .digit
        mov     eax, edx
        shr     eax, cl
        jz      .skip
.digit:
        mov     eax, edx
        shr     eax, cl
        and     eax, 15
        mov     al, [eax + hex_digits]
        call    put_char
        sub     ecx, 4
        jns     .digit
        ret
%endif

; EAX = unsigned number
print_number:
        push    rdx
        xor     edx, edx
        mov     eax, eax
        call    print_decimal
        pop     rdx
        ret

; a value as an unsigned number
print_decimal:
        push    rcx
        push    rdx
        push    rbx
        push    rdi
        mov     ebx, 10
        xor     ecx, ecx
%if32
        mov     edi, edx
%endif
.divide:
%if64
        xor     edx, edx
        div     rbx
        push    rdx
        inc     ecx
        test    rax, rax
%else
        push    eax
        mov     eax, edi
        xor     edx, edx
        div     ebx
        mov     edi, eax
        pop     eax
        div     ebx
        push    edx
        inc     ecx
        mov     edx, eax
        or      edx, edi
%endif
        jnz     .divide
.digit:
        pop     rax
        add     al, 0x30
        call    put_char
        dec     ecx
        jnz     .digit
        pop     rdi
        pop     rbx
        pop     rdx
        pop     rcx
        ret

; RSI = text for the report, printed with its mark when the command line asks for reports; ZF is set when not
report_text:
        cmp     byte [reporting], 0
        je      .end
        push    rsi
        mov     esi, text_mark
        call    print_text
%ifsmp
        mov     al, 0x20
        call    put_char
        mov     rax, [processor]
        mov     eax, [rax + PROCESSOR_NUMBER]
        call    print_number
%endif
        mov     esi, text_mark_end
        call    print_text
        pop     rsi
        call    print_text
        or      al, 1
.end:
        ret

; RSI = text of a whole line for the report
report_line:
        call    report_text
        jz      .end
        call    print_newline
.end:
        ret

; RSI = text, RAX = number: a line for the report
report_hex:
        push    rax
        call    report_text
        pop     rax
        jz      .end
        call    print_hex
        call    print_newline
.end:
        ret

; EAX = number of a table entry, RBX = table of 32-bit text addresses, ECX = number of entries: prints the entry, or "unknown"
print_entry:
        mov     esi, text_unknown
        cmp     eax, ecx
        jae     print_text
        mov     eax, eax
        mov     esi, [rbx + rax * 4]
        jmp     print_text

hex_digits:
        db      "0123456789abcdef"
text_0x:
        db      "0x", 0
text_mark:
        db      "[vmcsmith", 0
text_mark_end:
        db      "] ", 0
text_unknown:
        db      "unknown", 0
align 16
