package io.rtrs.interop.kernel;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/** Loads kernel modules and unloads them again, the last one first. */
public final class KernelModules {
    private final Deque<String> loaded = new ArrayDeque<>();

    /** Loads a module with parameters such as {@code rd_nr=1}. */
    public KernelModules load(String module, String... parameters) throws IOException, InterruptedException {
        String[] command = new String[2 + parameters.length];
        command[0] = "modprobe";
        command[1] = module;
        System.arraycopy(parameters, 0, command, 2, parameters.length);
        Shell.run(command);
        loaded.push(module);
        return this;
    }

    /** Unloads all of them; those that it could not unload, the next call tries again. */
    public void unload() throws IOException, InterruptedException {
        while (!loaded.isEmpty()) {
            Shell.run("modprobe", "--remove", loaded.getFirst());
            loaded.pop();
        }
    }
}
