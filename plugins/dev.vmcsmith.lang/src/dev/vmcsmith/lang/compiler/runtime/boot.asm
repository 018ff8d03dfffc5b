; SPDX-License-Identifier: EPL-2.0
; From the multiboot loader to the hypervisor's own mode, 64-bit or 32-bit with PAE paging: serial port, identity map of the first 4 GiB,
; descriptor tables, command line, guest memory.
; The loader enters in 32-bit protected mode without paging, EAX = magic, EBX = its information structure, interrupts off.

bits 32
start:
        cli
        cld
        mov     esp, boot_stack_top
        mov     [loader_magic], eax
        mov     [loader_info], ebx
        call    serial_open
%if64
        call    require_long_mode
%endif
        call    map_identity
; every processor comes here in 32-bit protected mode without paging
enter_own_mode:
        mov     eax, cr4
        or      eax, 0x20                       ; PAE
        mov     cr4, eax
%if64
        mov     eax, host_pml4
        mov     cr3, eax
        mov     ecx, 0xC0000080                 ; IA32_EFER
        rdmsr
        or      eax, 0x100                      ; LME
        wrmsr
%else
        mov     eax, host_pdpt
        mov     cr3, eax
%endif
        mov     eax, cr0
        or      eax, 0x80000021                 ; PG, NE, PE
        and     eax, ~0x60000000                ; caches on: CD and NW off
        mov     cr0, eax
        mov     ebx, [processor]
        mov     ebx, [ebx + PROCESSOR_GDT]
        lgdt    [ebx]
        jmp     0x08:own_mode

; 115200 baud, 8 data bits, no parity, 1 stop bit, FIFOs on, no interrupts
serial_open:
        mov     dx, SERIAL_PORT + 1
        xor     eax, eax
        out     dx, al
        mov     dx, SERIAL_PORT + 3
        mov     al, 0x80
        out     dx, al
        mov     dx, SERIAL_PORT
        mov     al, 1
        out     dx, al
        mov     dx, SERIAL_PORT + 1
        xor     eax, eax
        out     dx, al
        mov     dx, SERIAL_PORT + 3
        mov     al, 0x03
        out     dx, al
        mov     dx, SERIAL_PORT + 2
        mov     al, 0xC7
        out     dx, al
        mov     dx, SERIAL_PORT + 4
        mov     al, 0x03
        out     dx, al
        ret

%if64
; CPUID.80000001H:EDX[29]
require_long_mode:
        mov     eax, 0x80000000
        cpuid
        cmp     eax, 0x80000001
        jb      .missing
        mov     eax, 0x80000001
        cpuid
        bt      edx, 29
        jnc     .missing
        ret
.missing:
        mov     esi, text_no_long_mode
.next:
        mov     bl, [esi]
        test    bl, bl
        jz      .end
        mov     dx, SERIAL_PORT + 5
.wait:
        in      al, dx
        test    al, 0x20
        jz      .wait
        mov     al, bl
        mov     dx, SERIAL_PORT
        out     dx, al
        inc     esi
        jmp     .next
.end:
        mov     al, 2
        out     0xF4, al
.halt:
        cli
        hlt
        jmp     .halt

%endif
; four page directories of 2-MiB pages; the entries of PAE's page-directory-pointer table have no rights
map_identity:
%if64
        mov     dword [host_pml4], host_pdpt + 3
%endif
        mov     edi, host_pdpt
%if64
        mov     eax, host_directories + 3
%else
        mov     eax, host_directories + 1
%endif
        mov     ecx, 4
.pointer:
        mov     [edi], eax
        add     eax, 0x1000
        add     edi, 8
        dec     ecx
        jnz     .pointer
        mov     edi, host_directories
        mov     eax, 0x83
        mov     ecx, 2048
.page:
        mov     [edi], eax
        add     eax, 0x200000
        add     edi, 8
        dec     ecx
        jnz     .page
        ret

bits 64
own_mode:
        mov     eax, 0x10
        mov     ds, ax
        mov     es, ax
        mov     ss, ax
        xor     eax, eax
        mov     fs, ax
        mov     gs, ax
        mov     rbx, [processor]
        mov     rsp, [rbx + PROCESSOR_STACK]
        mov     eax, 0x18
        ltr     ax
        jmp     qword [rbx + PROCESSOR_ENTRY]

first_processor:
        call    catch_exceptions
        mov     al, 0xFF                        ; nothing here serves external interrupts
        out     0x21, al
        out     0xA1, al
        call    read_command_line
        call    place_guest_memory
        jmp     lifecycle

; sets "reporting" when the command line has the word "report"
read_command_line:
        cmp     dword [loader_magic], 0x2BADB002
        jne     .end
        mov     ebx, [loader_info]
        test    dword [rbx], 4                  ; flags: the command line is valid
        jz      .end
        mov     esi, [rbx + 16]
.word:
        mov     al, [rsi]
        test    al, al
        jz      .end
        cmp     al, 0x20
        jne     .compare
        inc     rsi
        jmp     .word
.compare:
        mov     edi, text_report_word
.letter:
        mov     al, [rdi]
        mov     dl, [rsi]
        test    al, al
        jz      .matched
        cmp     al, dl
        jne     .skip
        inc     rsi
        inc     rdi
        jmp     .letter
.matched:
        test    dl, dl
        jz      .found
        cmp     dl, 0x20
        je      .found
.skip:
        mov     al, [rsi]
        test    al, al
        jz      .end
        cmp     al, 0x20
        je      .word
        inc     rsi
        jmp     .skip
.found:
        mov     byte [reporting], 1
.end:
        ret

; copies what the image carries for the guest to where the guest expects it: source, destination, length; length 0 ends the list
place_guest_memory:
        mov     ebx, guest_memory_list
.next:
        mov     rcx, [rbx + 16]
        test    rcx, rcx
        jz      .end
        mov     rsi, [rbx]
        mov     rdi, [rbx + 8]
        rep movsb
        add     rbx, 24
        jmp     .next
.end:
        ret

align 8
gdt:
        dq      0
%if64
        dq      0x00AF9B000000FFFF              ; 08: 64-bit code
%else
        dq      0x00CF9B000000FFFF              ; 08: 32-bit code
%endif
        dq      0x00CF93000000FFFF              ; 10: data
        dw      0x67, tss & 0xFFFF              ; 18: TSS, available
        db      (tss >> 16) & 0xFF, 0x89, 0, (tss >> 24) & 0xFF
        dq      0
gdt_end:
gdt_limit equ gdt_end - gdt - 1
gdt_pointer:
        dw      gdt_end - gdt - 1
        dd      gdt
        dd      0
align 8
loader_magic:
        dd      0
loader_info:
        dd      0
reporting:
        dq      0
text_report_word:
        db      "report", 0
text_no_long_mode:
        db      "vmcsmith: this processor has no 64-bit mode (CPUID.80000001H:EDX[29] is 0)", 10, 0
align 16
