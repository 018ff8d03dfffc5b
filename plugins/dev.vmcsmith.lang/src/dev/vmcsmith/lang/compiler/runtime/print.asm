; SPDX-License-Identifier: EPL-2.0
; Text on the serial port. All of these keep every register but RAX, RSI and the flags.

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
        push    rax
        mov     esi, text_0x
        call    print_text
        pop     rax
; RAX = number; no 0x, no leading zeros
print_hex_digits:
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

; RAX = unsigned number
print_decimal:
        push    rcx
        push    rdx
        push    rbx
        mov     ebx, 10
        xor     ecx, ecx
.divide:
        xor     edx, edx
        div     rbx
        push    rdx
        inc     ecx
        test    rax, rax
        jnz     .divide
.digit:
        pop     rax
        add     al, 0x30
        call    put_char
        dec     ecx
        jnz     .digit
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
        db      "[vmcsmith] ", 0
text_unknown:
        db      "unknown", 0
align 16
