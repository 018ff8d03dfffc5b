; SPDX-License-Identifier: EPL-2.0
; Arithmetic of 64 bits for a 32-bit hypervisor: left operand in EDX:EAX, right one in EBX:ECX, result in EDX:EAX.

%if32
bits 32
multiply_wide:
        mov     esi, eax
        imul    edx, ecx
        imul    ebx, eax
        add     ebx, edx
        mul     ecx
        add     edx, ebx
        ret

; quotient in EDX:EAX, remainder in EBX:ECX; one bit of the quotient at a time
divide_wide:
        push    ebp
        mov     esi, ebx
        or      esi, ecx
        jz      .by_zero
        push    ecx
        push    ebx
        xor     esi, esi                        ; remainder, low and high
        xor     edi, edi
        mov     ebp, 64
.bit:
        shl     eax, 1
        rcl     edx, 1
        rcl     esi, 1
        rcl     edi, 1
        jc      .subtract
        cmp     edi, [esp]
        jb      .next
        ja      .subtract
        cmp     esi, [esp + 4]
        jb      .next
.subtract:
        sub     esi, [esp + 4]
        sbb     edi, [esp]
        inc     eax
.next:
        dec     ebp
        jnz     .bit
        add     esp, 8
        mov     ebx, edi
        mov     ecx, esi
        pop     ebp
        ret
.by_zero:
        pop     ebp
        jmp     division_by_zero

; the count is EBX:ECX; 64 and more give 0
shift_left_wide:
        test    ebx, ebx
        jnz     .zero
        cmp     ecx, 63
        ja      .zero
        test    cl, 32
        jz      .small
        mov     edx, eax
        xor     eax, eax
.small:
        shld    edx, eax, cl
        shl     eax, cl
        ret
.zero:
        xor     eax, eax
        xor     edx, edx
        ret

shift_right_wide:
        test    ebx, ebx
        jnz     .zero
        cmp     ecx, 63
        ja      .zero
        test    cl, 32
        jz      .small
        mov     eax, edx
        xor     edx, edx
.small:
        shrd    eax, edx, cl
        shr     edx, cl
        ret
.zero:
        xor     eax, eax
        xor     edx, edx
        ret
align 16
%endif
