// SPDX-License-Identifier: EPL-2.0
package dev.vmcsmith.cli.bench;

import dev.vmcsmith.image.BootImage;
import dev.vmcsmith.image.MachineConfig;
import dev.vmcsmith.machine.Machine;
import dev.vmcsmith.machine.StopCondition;
import dev.vmcsmith.machine.StopReason;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;

/** Measures workloads on our machine, in this process. */
public final class OurMachine {
    private final long nanos;

    /** @param seconds how long each workload runs */
    public OurMachine(double seconds) {
        nanos = (long) (seconds * 1e9);
    }

    /**
     * Units per second of this thread's processor time; runs on until there is enough to see.
     *
     * @throws IllegalStateException when the workload ends by itself, with the machine's reason
     */
    public double measure(Workload workload, Path folder) throws IOException {
        BootImage image = workload.compile(folder);
        MachineConfig config = image.machine().orElse(MachineConfig.DEFAULT);
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        Marks marks = new Marks();
        long[] end = new long[1];
        Machine[] machine = new Machine[1];
        machine[0] = Machine.builder().profile(config.cpu()).memory(config.memoryBytes()).serial(value -> {
            marks.add(threads.getCurrentThreadCpuTime());
            if (System.nanoTime() >= end[0] && marks.count() >= Marks.FEWEST) {
                machine[0].requestPause();
            }
        }).build();
        machine[0].load(image, workload.name());
        end[0] = System.nanoTime() + nanos;
        StopReason reason = machine[0].run(StopCondition.NONE);
        if (!(reason instanceof StopReason.Paused)) {
            throw new IllegalStateException("the workload " + workload.name() + " ended: " + reason.text());
        }
        return marks.rate() * workload.work();
    }
}
