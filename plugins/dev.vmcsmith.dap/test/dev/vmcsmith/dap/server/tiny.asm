; SPDX-License-Identifier: EPL-2.0
; A hypervisor as small as it can be, for tests of debuggers: 32-bit, one guest that shares its paging, three VM exits.
; It takes everything for granted that a real one checks.

PAGE_DIRECTORY  equ 0x200000
VMXON_REGION    equ 0x201000
VMCS_REGION     equ 0x202000
EPT_PML4        equ 0x203000
EPT_PDPT        equ 0x204000
EPT_PD          equ 0x205000
HOST_STACK      equ 0x210000
GUEST_STACK     equ 0x220000
CODE            equ 0x08
DATA            equ 0x10
TASK            equ 0x18

DEBUG_EXIT      equ 0xF4
COM1            equ 0x3F8

        bits 32
        dd 0x1BADB002, 0, -0x1BADB002
        align 16

start:                                  ; prepares what VMX needs
        mov esp, HOST_STACK
        lgdt [gdt_pointer]
        jmp CODE:.flat
.flat:
        mov ax, DATA
        mov ds, ax
        mov es, ax
        mov ss, ax
        mov fs, ax
        mov gs, ax
        mov ax, TASK
        ltr ax
        mov dword [PAGE_DIRECTORY], 0x83
        mov dword [EPT_PML4], EPT_PDPT | 7
        mov dword [EPT_PDPT], EPT_PD | 7
        mov ecx, 32
.page:
        mov eax, ecx
        dec eax
        shl eax, 21
        or eax, 0xB7
        mov [EPT_PD + ecx * 8 - 8], eax
        loop .page
        mov eax, PAGE_DIRECTORY
        mov cr3, eax
        mov eax, 0x2010                 ; VMXE, PSE
        mov cr4, eax
        mov eax, 0x80000021             ; PG, NE, PE
        mov cr0, eax
        mov ecx, 0x3A
        rdmsr
        test al, 4                      ; firmware has enabled VMX
        jz failed
        mov ecx, 0x480                  ; the VMCS revision of the processor
        rdmsr
        mov [VMXON_REGION], eax
        mov [VMCS_REGION], eax

        vmxon [vmxon_pointer]
        jbe failed
        vmclear [vmcs_pointer]
        jbe failed
        vmptrld [vmcs_pointer]
        jbe failed
        mov esi, fields
.write:
        mov eax, [esi]
        mov ebx, [esi + 4]
        vmwrite eax, ebx
        jbe failed
        add esi, 8
        cmp esi, fields_end
        jb .write

launch:
        vmlaunch                        ; into the guest
failed:
        mov eax, 1
        jmp stop

guest:
        mov eax, 0                      ; the guest begins
        cpuid
        mov ebx, 0x1234
        call helper
        mov ecx, cr3
        nop
        vmcall                          ; the guest asks to stop
        hlt

helper:
        mov edi, 7                      ; in the helper
        ret

%line off
exit_entry:
        pushad
        mov edx, 0x4402
        vmread eax, edx
%line 200 "handlers.asm"
handler:
        mov ebx, eax                    ; line 200
        cmp ebx, 18
        je goodbye
%line 300 "handlers.asm"
resume:
        mov edx, 0x440C                 ; line 300
        vmread eax, edx
        mov edx, 0x681E
        vmread ecx, edx
        add ecx, eax
        vmwrite edx, ecx
        call say
%line 301 "handlers.asm"
        popad
        vmresume                        ; line 301: back into the guest
        jmp failed
%line 400 "handlers.asm"
say:
        mov dx, COM1                    ; line 400
        mov al, 'x'
        out dx, al
        mov al, 10
        out dx, al
        ret
%line 500 "handlers.asm"
goodbye:
        vmxoff                          ; line 500
        xor eax, eax
stop:
        out DEBUG_EXIT, al
        cli
        hlt
%line off

        align 8
gdt:
        dq 0
        dq 0x00CF9B000000FFFF
        dq 0x00CF93000000FFFF
        dw 0x67, 0
        dw 0x8900, 0
gdt_pointer:
        dw 31
        dd gdt
        align 8
vmxon_pointer:
        dq VMXON_REGION
vmcs_pointer:
        dq VMCS_REGION

fields:
        dd 0x4000, 0x16                 ; pin-based controls
        dd 0x4002, 0x8401E172           ; primary controls with secondary controls
        dd 0x401E, 0x2                  ; enable EPT
        dd 0x400C, 0x36DFF              ; exit controls
        dd 0x4012, 0x11FF               ; entry controls
        dd 0x201A, EPT_PML4 | 0x1E
        dd 0x201B, 0
        dd 0x2800, -1
        dd 0x2801, -1
        dd 0x0C00, DATA
        dd 0x0C02, CODE
        dd 0x0C04, DATA
        dd 0x0C06, DATA
        dd 0x0C08, DATA
        dd 0x0C0A, DATA
        dd 0x0C0C, TASK
        dd 0x6C00, 0x80000021
        dd 0x6C02, PAGE_DIRECTORY
        dd 0x6C04, 0x2010
        dd 0x6C06, 0
        dd 0x6C08, 0
        dd 0x6C0A, 0
        dd 0x6C0C, gdt
        dd 0x6C0E, 0
        dd 0x6C14, HOST_STACK
        dd 0x6C16, exit_entry
        dd 0x0800, DATA
        dd 0x0802, CODE
        dd 0x0804, DATA
        dd 0x0806, DATA
        dd 0x0808, DATA
        dd 0x080A, DATA
        dd 0x080C, 0
        dd 0x080E, TASK
        dd 0x4800, -1
        dd 0x4802, -1
        dd 0x4804, -1
        dd 0x4806, -1
        dd 0x4808, -1
        dd 0x480A, -1
        dd 0x480C, 0
        dd 0x480E, 0x67
        dd 0x4810, 31
        dd 0x4812, 0
        dd 0x4814, 0xC093
        dd 0x4816, 0xC09B
        dd 0x4818, 0xC093
        dd 0x481A, 0xC093
        dd 0x481C, 0xC093
        dd 0x481E, 0xC093
        dd 0x4820, 0x10000
        dd 0x4822, 0x8B
        dd 0x6800, 0x80000021
        dd 0x6802, PAGE_DIRECTORY
        dd 0x6804, 0x2010
        dd 0x6816, gdt
        dd 0x6818, 0
        dd 0x681A, 0x400
        dd 0x681C, GUEST_STACK
        dd 0x681E, guest
        dd 0x6820, 2
fields_end:
