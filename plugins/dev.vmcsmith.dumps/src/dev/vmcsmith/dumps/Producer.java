// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.dumps;

/** What wrote the text. */
public enum Producer {
    LINUX_KVM("Linux KVM (dump_vmcs)"),
    XEN("Xen"),
    QEMU("QEMU registers"),
    BHYVE("bhyve, xhyve or hyperkit"),
    HAXM("HAXM"),
    NOIRVISOR("NoirVisor"),
    HYPERPLATFORM("HyperPlatform"),
    VIRTUALBOX("VirtualBox"),
    C_SOURCE("C source"),
    /** The text does not show its program. */
    UNNAMED("An unnamed program");

    private final String title;

    Producer(String title) {
        this.title = title;
    }

    /** The name for people. */
    public String title() {
        return title;
    }
}
