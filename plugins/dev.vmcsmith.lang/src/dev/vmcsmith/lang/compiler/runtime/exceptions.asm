; SPDX-License-Identifier: EPL-2.0
; Exceptions in the hypervisor itself: none is expected, each is reported and ends the run.

bits 64
; fills the interrupt descriptor table: 32 gates of 16 or 8 bytes, selector 8, type interrupt gate
catch_exceptions:
        mov     edi, idt
        mov     eax, exception_stubs
        mov     ecx, 32
.gate:
        mov     edx, eax
        and     edx, 0xFFFF
        or      edx, 0x80000
        mov     [rdi], edx
        mov     edx, eax
        and     edx, 0xFFFF0000
        or      edx, 0x8E00
        mov     [rdi + 4], edx
        add     eax, 5                          ; the length of each stub
%if64
        add     rdi, 16
%else
        add     edi, 8
%endif
        dec     ecx
        jnz     .gate
        lidt    [idt_pointer]
        ret

; where a stub was left tells the vector
exception_stubs:
        times 32 call exception_raised

exception_raised:
        pop     rbx
        sub     rbx, exception_stubs + 5
        mov     eax, ebx
        xor     edx, edx
        mov     ecx, 5
        div     ecx
        mov     ebx, eax                        ; the vector
        xor     edi, edi
        mov     eax, 0x00227D00                 ; vectors with an error code: 8, 10 to 14, 17, 21
        bt      eax, ebx
        jnc     .no_code
        pop     rdi
.no_code:
        pop     rdx                             ; RIP
        cmp     ebx, 13
        jne     .unexpected
        mov     eax, fault_stages               ; instructions done for the guest may fault: then the guest gets the exception
.stage:
        mov     ecx, [rax]
        test    ecx, ecx
        jz      .unexpected
        cmp     rcx, rdx
        je      .guest
        add     eax, 4
        jmp     .stage
.guest:
%if64
        mov     rsp, [rsp + 16]                 ; the stack of the instruction
%else
        add     esp, 8                          ; CS, EFLAGS
%endif
        mov     dword [faults], 1
        mov     eax, 13
        xor     ecx, ecx
        jmp     inject_exception                ; returns to the caller of the routine that faulted
.unexpected:
        mov     esi, text_exception
        call    print_text
        mov     eax, ebx
        call    print_number
        mov     esi, text_error_code
        call    print_text
        mov     rax, rdi
        call    print_hex
        mov     esi, text_at
        call    print_text
        mov     rax, rdx
        call    print_hex
        mov     esi, text_cr2
        call    print_text
        mov     rax, cr2
        call    print_hex
        call    print_newline
        mov     al, 3
        jmp     finish

text_exception:
        db      "vmcsmith: exception in the hypervisor, vector ", 0
text_error_code:
        db      ", error code ", 0
text_at:
        db      ", RIP ", 0
text_cr2:
        db      ", CR2 ", 0
align 8
idt_pointer:
        dw      idt_limit
        dq      idt
align 16
