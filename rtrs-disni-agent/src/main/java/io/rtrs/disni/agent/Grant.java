package io.rtrs.disni.agent;

import java.lang.reflect.Method;

/** Calls the one method of the JDK that grants native access to the class path; see {@link NativeAccess}. */
public final class Grant implements Runnable {
    /** Made by reflection. */
    public Grant() {}

    @Override
    public void run() {
        try {
            Method grant = Module.class.getDeclaredMethod("implAddEnableNativeAccessToAllUnnamed");
            grant.setAccessible(true);
            grant.invoke(null);
        } catch (ReflectiveOperationException | RuntimeException e) {
            // Another JDK than 25: it warns when native access is first used, or denies it as it was told to.
        }
    }
}
