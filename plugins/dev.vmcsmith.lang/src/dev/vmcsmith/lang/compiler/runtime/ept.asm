; SPDX-License-Identifier: EPL-2.0
; EPT changes by handlers: NAME.map(address, rights).

bits 64
; RAX = guest-physical address, ECX = rights (bits 2:0): gives them to its 4-KiB page. A large page on the way is split; a page that is not
; mapped is mapped to itself, write-back. Ends with INVEPT for this EPT.
set_ept_rights:
        mov     r8, rax
        mov     r10d, ecx
        mov     r9d, EPT_TABLES
        mov     ecx, 39
.level:
        mov     rdx, r8
        shr     rdx, cl
        and     edx, 511
        lea     r9, [r9 + rdx * 8]              ; the entry
        cmp     ecx, 12
        je      .page
        mov     rdx, [r9]
        test    dl, 7
        jz      .empty
        bt      edx, 7
        jnc     .down
        call    split_ept_page
        jmp     .down
.empty:
        call    new_ept_table
        or      rax, 7
        mov     [r9], rax
.down:
        mov     r9, [r9]
        mov     rax, 0x000FFFFFFFFFF000
        and     r9, rax
        sub     ecx, 9
        jmp     .level
.page:
        mov     rax, [r9]
        test    al, 7
        jnz     .mapped
        mov     rdx, 0x000FFFFFFFFFF000
        mov     rax, r8
        and     rax, rdx
        or      rax, 6 << 3                     ; write-back
.mapped:
        and     rax, ~7
        or      rax, r10
        mov     [r9], rax
        mov     rax, EPT_POINTER
        mov     [invept_descriptor], rax
        mov     eax, 1                          ; single context
        mov     edi, text_invept
        invept  rax, [invept_descriptor]
        jna     vm_failed
        ret

; R9 = entry of a large page, RDX = its value, ECX = its shift (30 or 21): puts a table of 512 smaller pages in its place
split_ept_page:
        push    rcx
        call    new_ept_table
        mov     rdi, rax
        push    rax
        sub     ecx, 9
        mov     ebx, 1
        shl     rbx, cl                         ; size of the smaller pages
        cmp     ecx, 12
        jne     .fill_start
        btr     rdx, 7                          ; 4-KiB pages have no size bit
.fill_start:
        mov     esi, 512
.fill:
        mov     [rdi], rdx
        add     rdx, rbx
        add     rdi, 8
        dec     esi
        jnz     .fill
        pop     rax
        or      rax, 7
        mov     [r9], rax
        pop     rcx
        ret

; RAX = an empty table
new_ept_table:
        mov     eax, [ept_pool_next]
        cmp     eax, ept_pool_end
        jae     .exhausted
        add     dword [ept_pool_next], 4096
        ret
.exhausted:
        mov     esi, text_ept_pool
        call    print_text
        jmp     panic_state

align 8
invept_descriptor:
        dq      0, 0
ept_pool_next:
        dd      ept_pool
text_invept:            db "INVEPT", 0
text_ept_pool:          db "vmcsmith: no memory is left to split EPT pages", 10, 0
align 16
