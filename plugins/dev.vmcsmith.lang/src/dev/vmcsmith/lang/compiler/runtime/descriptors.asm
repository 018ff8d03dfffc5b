; SPDX-License-Identifier: EPL-2.0
; "emulate" for instructions on descriptor-table registers: LGDT, LIDT, SGDT, SIDT, LLDT, LTR, SLDT, STR. Segment limits are not checked.

bits 64
; RAX = guest-linear address of the memory operand (SDM "Format of the VM-Exit Instruction-Information Field"); the information stays in
; instruction_info
operand_address:
        mov     edx, 0x440E
        call    read_field
        mov     [instruction_info], eax
        mov     edx, 0x6400                     ; the displacement
        call    read_field
        mov     [operand], rax
        mov     ecx, [instruction_info]
        bt      ecx, 27                         ; no base
        jc      .no_base
        shr     ecx, 23
        and     ecx, 15
        call    read_register
        add     [operand], rax
.no_base:
        mov     ecx, [instruction_info]
        bt      ecx, 22                         ; no index
        jc      .no_index
        shr     ecx, 18
        and     ecx, 15
        call    read_register
        mov     ecx, [instruction_info]
        and     ecx, 3                          ; scale
        shl     rax, cl
        add     [operand], rax
.no_index:
        call    address_size_mask
        mov     rax, [operand]
        and     rax, [address_mask]
        mov     [operand], rax
        mov     ecx, [instruction_info]
        shr     ecx, 15
        and     ecx, 7
        cmp     ecx, 4                          ; 64-bit code has bases of FS and GS only
        jae     .base
        call    guest_is_64_bit
        jc      .flat
.base:
        lea     edx, [rcx + rcx + 0x6806]       ; base of ES, then the others
        call    read_field
        add     [operand], rax
.flat:
        mov     rax, [operand]
        ret

emulate_gdtr_idtr_access:
        call    operand_address
        call    guest_is_64_bit
        mov     ecx, 6
        jnc     .sized
        mov     ecx, 10
.sized:
        mov     [operand_size], ecx
        mov     ebx, [instruction_info]
        shr     ebx, 28
        and     ebx, 3                          ; SGDT, SIDT, LGDT, LIDT
        and     ebx, 1
        shl     ebx, 1
        mov     [table_register], ebx           ; 0 GDTR, 2 IDTR
        mov     rax, [operand]
        bt      dword [instruction_info], 29
        jnc     .store
        call    read_virtual
        jc      not_mapped
        movzx   eax, word [transfer]
        mov     edx, [table_register]
        add     edx, 0x4810                     ; limits
        call    write_field
        mov     eax, [transfer + 2]
        cmp     dword [operand_size], 10
        jne     .short
        mov     rax, [transfer + 2]
        jmp     .base
.short:
        bt      dword [instruction_info], 11    ; 16-bit operands have a base of 24 bits
        jc      .base
        and     eax, 0x00FFFFFF
.base:
        mov     edx, [table_register]
        add     edx, 0x6816
        call    write_field
        jmp     skip_instruction
.store:
        mov     edx, [table_register]
        add     edx, 0x4810
        call    read_field
        mov     [transfer], ax
        mov     edx, [table_register]
        add     edx, 0x6816
        call    read_field
        mov     [transfer + 2], rax
        mov     rax, [operand]
        mov     ecx, [operand_size]
        call    write_virtual
        jc      not_mapped
        jmp     skip_instruction

emulate_ldtr_tr_access:
        call    operand_address
        mov     ebx, [instruction_info]
        shr     ebx, 28
        and     ebx, 1
        shl     ebx, 1
        mov     [table_register], ebx           ; 0 LDTR, 2 TR
        bt      dword [instruction_info], 29
        jc      .load
        mov     edx, [table_register]
        add     edx, 0x080C                     ; selectors
        call    read_field
        bt      dword [instruction_info], 10
        jc      .to_register
        mov     [transfer], eax
        mov     rax, [operand]
        mov     ecx, 2
        call    write_virtual
        jc      not_mapped
        jmp     skip_instruction
.to_register:
        mov     ecx, [instruction_info]
        shr     ecx, 3
        and     ecx, 15
        call    write_register
        jmp     skip_instruction
.load:
        bt      dword [instruction_info], 10
        jc      .from_register
        mov     rax, [operand]
        mov     ecx, 2
        call    read_virtual
        jc      not_mapped
        movzx   eax, word [transfer]
        jmp     .selector
.from_register:
        mov     ecx, [instruction_info]
        shr     ecx, 3
        and     ecx, 15
        call    read_register
        movzx   eax, ax
.selector:
        mov     [selector], eax
        test    eax, 0xFFFC
        jnz     .descriptor
        cmp     dword [table_register], 0
        jne     .fault                          ; LTR of a null selector
        mov     eax, 0x10000                    ; unusable
        mov     edx, 0x4820
        call    write_field
        jmp     .done
.descriptor:
        bt      eax, 2                          ; in the GDT
        jc      .fault
        mov     edx, 0x4810
        call    read_field
        mov     ecx, [selector]
        or      ecx, 7
        cmp     ecx, eax
        ja      .fault
        mov     edx, 0x6816
        call    read_field
        mov     ecx, [selector]
        and     ecx, ~7
        add     rax, rcx
        mov     [operand], rax
        call    guest_is_64_bit
        mov     ecx, 8
        jnc     .read
        mov     ecx, 16
.read:
        mov     [operand_size], ecx
        mov     rax, [operand]
        call    read_virtual
        jc      not_mapped
        mov     eax, [transfer + 4]
        mov     ecx, eax
        shr     ecx, 8
        and     ecx, 0x1F                       ; S and type: LDT, or available TSS of 32 and 64 bits
        cmp     dword [table_register], 0
        je      .ldt
        cmp     ecx, 9
        jne     .fault
        jmp     .typed
.ldt:
        cmp     ecx, 2
        jne     .fault
.typed:
        bt      eax, 15
        jnc     .absent
        cmp     dword [table_register], 0
        je      .fields
        or      eax, 0x200                      ; busy
        mov     [transfer + 4], eax
        mov     rax, [operand]
        mov     ecx, 8
        call    write_virtual
        jc      not_mapped
.fields:
        mov     eax, [transfer + 4]
        shr     eax, 8
        and     eax, 0xF0FF
        mov     edx, [table_register]
        add     edx, 0x4820                     ; access rights
        call    write_field
        mov     eax, [transfer + 4]
        mov     ebx, eax
        and     eax, 0x000F0000
        movzx   ecx, word [transfer]
        or      eax, ecx
        bt      ebx, 23
        jnc     .limit
        shl     eax, 12
        or      eax, 0xFFF
.limit:
        mov     edx, [table_register]
        add     edx, 0x480C
        call    write_field
        mov     eax, [transfer + 2]
        and     eax, 0x00FFFFFF
        mov     ecx, [transfer + 4]
        and     ecx, 0xFF000000
        or      eax, ecx
%if64
        cmp     dword [operand_size], 16
        jne     .base
        mov     ecx, [transfer + 8]
        shl     rcx, 32
        or      rax, rcx
.base:
%endif
        mov     edx, [table_register]
        add     edx, 0x6812
        call    write_field
.done:
        mov     eax, [selector]
        mov     edx, [table_register]
        add     edx, 0x080C
        call    write_field
        jmp     skip_instruction
.fault:
        mov     eax, 13
        jmp     .inject
.absent:
        mov     eax, 11
.inject:
        mov     ecx, [selector]
        and     ecx, 0xFFFC
        jmp     inject_exception

align 8
operand:
        dq      0
instruction_info:
        dd      0
operand_size:
        dd      0
table_register:
        dd      0
selector:
        dd      0
align 16
