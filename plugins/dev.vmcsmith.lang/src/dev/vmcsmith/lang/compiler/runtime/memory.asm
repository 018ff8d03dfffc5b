; SPDX-License-Identifier: EPL-2.0
; Memory of the guest as handlers see it: through its own paging structures and the EPT.

bits 64
; RAX = guest-linear address; a value = guest-physical address, CF = the guest's paging structures do not map it (SDM "Paging");
; RBX, RCX, RDX, RSI and RDI are lost
guest_virtual:
        mov     [walk_linear], rax
        call    guest_is_64_bit
        jc      .wide
%if64
        mov     dword [walk_linear + 4], 0
%endif
.wide:
        mov     edx, 0x6800                     ; CR0
        call    read_field
        bt      eax, 31
        mov     rax, [walk_linear]
        mov     edx, 0
        jnc     .end
        mov     edx, 0x6802
        call    read_field
        mov     rsi, rax
        mov     edx, 0x6804                     ; CR4
        call    read_field
        mov     ebx, eax
        bt      ebx, 5                          ; PAE
        jnc     .legacy
        mov     edx, 0x4012                     ; VM-entry controls: "IA-32e mode guest"
        call    read_field
        bt      eax, 9
        jc      .long
        and     esi, ~31
        mov     ecx, 30
        jmp     .level
.long:
%if64
        mov     rdx, 0x000FFFFFFFFFF000
        and     rsi, rdx
%endif
        mov     ecx, 39
        bt      ebx, 12                         ; LA57
        jnc     .level
        mov     ecx, 48
.level:
        mov     [walk_shift], ecx
        mov     rax, [walk_linear]
        shr     rax, cl
        and     eax, 511
        lea     rax, [rsi + rax * 8]
        xor     edx, edx
        call    guest_physical
        jc      .end
        mov     rsi, [rax]
        mov     ecx, [walk_shift]
        mov     edx, [rax + 4]
        and     edx, 0x000FFFFF
        bt      esi, 0
        jnc     .none
        cmp     ecx, 12
        je      .page
        bt      esi, 7
        jc      .page
%if64
        mov     rdx, 0x000FFFFFFFFFF000
        and     rsi, rdx
%else
        test    edx, edx
        jnz     .none
        and     esi, 0xFFFFF000
%endif
        sub     ecx, 9
        jmp     .level
.legacy:
        and     esi, 0xFFFFF000
        mov     rax, [walk_linear]
        shr     eax, 22
        lea     rax, [rsi + rax * 4]
        xor     edx, edx
        call    guest_physical
        jc      .end
        mov     esi, [rax]
        mov     ecx, 22
        bt      esi, 0
        jnc     .none
        bt      ebx, 4                          ; PSE
        jnc     .table
        bt      esi, 7
        mov     edx, esi
        jc      .large
.table:
        and     esi, 0xFFFFF000
        mov     rax, [walk_linear]
        shr     eax, 12
        and     eax, 1023
        lea     rax, [rsi + rax * 4]
        xor     edx, edx
        call    guest_physical
        jc      .end
        mov     esi, [rax]
        mov     ecx, 12
        xor     edx, edx
        bt      esi, 0
        jc      .page
.none:
        stc
.end:
        ret
.large:                                         ; bits 20:13 are bits 39:32 of the address
        shr     edx, 13
        and     edx, 0xFF
%if64
        shl     rdx, 32
        and     esi, 0xFFC00000
        or      rsi, rdx
%endif
.page:
%if64
        mov     rdx, 0x000FFFFFFFFFF000
        and     rsi, rdx
%else
        and     esi, 0xFFFFF000
%endif
        mov     rdi, -1
        shl     rdi, cl
        and     rsi, rdi
        not     rdi
        and     rdi, [walk_linear]
        mov     rax, rsi
        or      rax, rdi                        ; CF is 0
        ret

; Copies ECX bytes (up to 16) of the guest at an address to "transfer". The address is a value, guest-physical; in read_virtual it is
; linear. CF = something on the way is not mapped. All registers but RBP and RSP are lost.
read_virtual:
        mov     byte [transfer_linear], 1
        jmp     read_guest
read_physical:
        mov     byte [transfer_linear], 0
read_guest:
        call    begin_transfer
.byte:
        call    next_byte
        jbe     .end
        mov     al, [rax]
        mov     [rcx + transfer], al
        jmp     .byte
.end:
        ret

; the same from "transfer" to the guest
write_virtual:
        mov     byte [transfer_linear], 1
        jmp     write_guest
write_physical:
        mov     byte [transfer_linear], 0
write_guest:
        call    begin_transfer
.byte:
        call    next_byte
        jbe     .end
        mov     dl, [rcx + transfer]
        mov     [rax], dl
        jmp     .byte
.end:
        ret

begin_transfer:
        mov     [transfer_address], rax
%if32
        mov     [transfer_address + 4], edx
%endif
        mov     [transfer_count], ecx
        mov     dword [transfer_done], 0
        ret

; RAX = host address of the next byte, ECX = its number, CF and ZF are 0; at the end ZF is 1; CF = it is not mapped
next_byte:
        mov     ecx, [transfer_done]
        cmp     ecx, [transfer_count]
        je      .end
        mov     rax, [transfer_address]
%if64
        add     rax, rcx
%else
        mov     edx, [transfer_address + 4]
        add     eax, ecx
        adc     edx, 0
%endif
        cmp     byte [transfer_linear], 0
        je      .physical
        call    guest_virtual
        jc      .end
.physical:
        call    guest_physical
        jc      .end
        mov     ecx, [transfer_done]
        inc     dword [transfer_done]
        or      edx, 1                          ; ZF and CF are 0
.end:
        ret

align 8
walk_linear:
        dq      0
walk_shift:
        dd      0
transfer_linear:
        dd      0
transfer_count:
        dd      0
transfer_done:
        dd      0
transfer_address:
        dq      0
transfer:
        dq      0, 0
align 16
