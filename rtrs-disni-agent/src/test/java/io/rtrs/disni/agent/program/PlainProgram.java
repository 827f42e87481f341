package io.rtrs.disni.agent.program;

/** Has nothing to do with DiSNI. */
public final class PlainProgram {
    private PlainProgram() {}

    /** Runs it. */
    public static void main(String[] args) {
        System.out.println("ran");
    }
}
