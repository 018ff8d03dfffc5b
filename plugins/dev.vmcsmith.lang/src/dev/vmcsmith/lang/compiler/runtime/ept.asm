; SPDX-License-Identifier: EPL-2.0
; Guest-physical addresses: the walk of the EPT, and EPT changes by handlers. Tables lie below 4 GiB; entries have 64 bits in both worlds.

bits 64
; ECX = shift of a level, address in walk_address; EAX = index into the table of that level
walk_index:
        mov     rax, [walk_address]
%if64
        shr     rax, cl
%else
        mov     edx, [walk_address + 4]
        test    cl, 32
        jz      .low
        mov     eax, edx
        xor     edx, edx
.low:
        shrd    eax, edx, cl
%endif
        and     eax, 511
        ret

; a value = guest-physical address; RAX = host-physical address, CF = the EPT in force does not map it; RCX, RDX and RDI are lost
guest_physical:
        mov     [walk_address], rax
%if32
        mov     [walk_address + 4], edx
%endif
        mov     rdi, [current]
        bt      dword [rdi + VMCS_HOLDS], 0
        jnc     .same
        mov     edx, 0x201A                     ; EPT pointer
        call    read_field
        mov     edi, eax
        and     edi, 0xFFFFF000
        mov     ecx, 39
        bt      eax, 5                          ; bits 5:3: levels less 1
        jnc     .level
        mov     ecx, 48
.level:
        call    walk_index
        lea     rdi, [rdi + rax * 8]
        mov     rax, [rdi]
        test    eax, 0x407                      ; read, write, execute, user execute
        stc
        jz      .end
        cmp     ecx, 12
        je      .leaf
        bt      eax, 7
        jc      .leaf
        and     eax, 0xFFFFF000
        mov     edi, eax
        sub     ecx, 9
        jmp     .level
.leaf:
%if64
        mov     rdx, 0x000FFFFFFFFFF000
        and     rax, rdx
%else
        mov     edx, [edi + 4]
        and     edx, 0x000FFFFF
        stc
        jnz     .end                            ; memory that a 32-bit hypervisor cannot reach
        and     eax, 0xFFFFF000
%endif
        mov     rdx, -1
        shl     rdx, cl                         ; the address bits of the page
        and     rax, rdx
        not     rdx
        and     rdx, [walk_address]
        or      rax, rdx
        clc
.end:
        ret
.same:
%if32
        cmp     edx, 1                          ; above 4 GiB: CF is 0
        cmc
%else
        clc
%endif
        ret

; A value = guest-physical address: its 4-KiB page gets the rights in map_rights (EPT entry bits 2:0 and 10; 0 takes it away) and, when
; map_moves is 1, the host-physical address in map_target, in the EPT with the tables at map_tables, the highest shift map_shift and the
; pointer map_pointer. A large page on the way is split; a page that was not mapped is mapped to itself, write-back.
set_ept_rights:
        mov     [walk_address], rax
%if32
        mov     [walk_address + 4], edx
%endif
        mov     edi, [map_tables]
        mov     ecx, [map_shift]
.level:
        call    walk_index
        lea     rdi, [rdi + rax * 8]            ; the entry
        cmp     ecx, 12
        je      .page
        mov     eax, [rdi]
        test    eax, 0x407
        jz      .empty
        bt      eax, 7
        jnc     .down
        call    split_ept_page
        jmp     .down
.empty:
        call    new_ept_table
        or      eax, 0x407
        mov     [rdi], eax
        mov     dword [rdi + 4], 0
.down:
        mov     edi, [rdi]
        and     edi, 0xFFFFF000
        sub     ecx, 9
        jmp     .level
.page:
        mov     eax, [rdi]
        test    eax, 0x407
        jnz     .mapped
        mov     eax, [walk_address]
        and     eax, 0xFFFFF000
        or      eax, 6 << 3                     ; write-back
        mov     [rdi], eax
        mov     eax, [walk_address + 4]
        mov     [rdi + 4], eax
.mapped:
        cmp     byte [map_moves], 0
        je      .rights
        mov     eax, [map_target]
        and     eax, 0xFFFFF000
        mov     edx, [rdi]
        and     edx, 0xFFF
        or      eax, edx
        mov     [rdi], eax
        mov     eax, [map_target + 4]
        mov     [rdi + 4], eax
.rights:
        mov     eax, [rdi]
        and     eax, ~0x407
        or      eax, [map_rights]
        mov     [rdi], eax
        cmp     dword [map_rights], 0
        jne     .flush
        mov     dword [rdi], 0
        mov     dword [rdi + 4], 0
.flush:
%ifsmp
        inc     dword [ept_changes]
%endif
        mov     eax, [map_pointer]
; EAX = EPT pointer: INVEPT, single context
invalidate_ept:
        mov     [invept_descriptor], eax
        mov     eax, 1
        mov     edi, text_invept
        invept  rax, [invept_descriptor]
        jna     vm_failed
        ret

; INVEPT, all contexts
invalidate_all_epts:
        mov     eax, 2
        mov     edi, text_invept
        invept  rax, [invept_descriptor]
        jna     vm_failed
        ret

; RDI = entry of a large page, ECX = its shift (30 or 21): puts a table of 512 smaller pages in its place
split_ept_page:
        push    rcx
        push    rdi
        call    new_ept_table
        mov     esi, eax
        mov     eax, [rdi]
        mov     edx, [rdi + 4]
        sub     ecx, 9
        mov     ebx, 1
        shl     ebx, cl                         ; size of the smaller pages
        cmp     ecx, 12
        jne     .fill_start
        btr     eax, 7                          ; 4-KiB pages have no size bit
.fill_start:
        mov     edi, esi
        mov     ecx, 512
.fill:
        mov     [rdi], eax
        mov     [rdi + 4], edx
        add     edi, 8
        add     eax, ebx
        adc     edx, 0
        dec     ecx
        jnz     .fill
        pop     rdi
        or      esi, 0x407
        mov     [rdi], esi
        mov     dword [rdi + 4], 0
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
walk_address:
        dq      0
map_target:
        dq      0
map_tables:
        dd      0
map_shift:
        dd      0
map_pointer:
        dd      0
map_rights:
        dd      0
map_moves:
        dd      0
ept_pool_next:
        dd      ept_pool
ept_changes:
        dd      0
text_invept:            db "INVEPT", 0
text_ept_pool:          db "vmcsmith: no memory is left to split EPT pages", 10, 0
align 16
