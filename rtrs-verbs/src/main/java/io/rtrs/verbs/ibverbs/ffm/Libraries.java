package io.rtrs.verbs.ibverbs.ffm;

import io.rtrs.verbs.memory.NativeAccess;
import org.jspecify.annotations.Nullable;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Finds the native libraries, once, and says what is missing; makes the handles of their functions. */
public final class Libraries {
    private static final Linker LINKER = Linker.nativeLinker();

    private static final @Nullable SymbolLookup VERBS;

    private static final @Nullable SymbolLookup CM;

    private static final @Nullable String MISSING;

    static {
        SymbolLookup verbs = null;
        SymbolLookup cm = null;
        String missing = unsupportedPlatform();
        if (missing == null) {
            missing = NativeAccess.denied().orElse(null);
        }
        if (missing == null) {
            verbs = find("libibverbs.so.1");
            cm = find("librdmacm.so.1");
            missing = absent(verbs, cm);
        }
        VERBS = verbs;
        CM = cm;
        MISSING = missing;
    }

    private Libraries() {}

    /** Why the libraries cannot be used here and what helps; empty if they can. */
    public static Optional<String> missing() {
        return Optional.ofNullable(MISSING);
    }

    private static @Nullable String unsupportedPlatform() {
        String os = System.getProperty("os.name", "");
        String arch = System.getProperty("os.arch", "");
        if (!os.toLowerCase(Locale.ROOT).startsWith("linux")) {
            return "libibverbs exists on Linux only, this is " + os;
        }
        if (!arch.equals("amd64") && !arch.equals("aarch64")) {
            return "the structure layouts were checked for amd64 and aarch64 only, this is " + arch;
        }
        return null;
    }

    private static @Nullable String absent(@Nullable SymbolLookup verbs, @Nullable SymbolLookup cm) {
        if (verbs != null && cm != null) {
            return null;
        }
        String which = verbs == null && cm == null
                ? "libibverbs.so.1 and librdmacm.so.1 are"
                : (verbs == null ? "libibverbs.so.1 is" : "librdmacm.so.1 is");
        return which + " not installed; Debian has them in the packages libibverbs1, ibverbs-providers and librdmacm1"
                + " (apt-get install libibverbs1 ibverbs-providers librdmacm1)";
    }

    private static @Nullable SymbolLookup find(String soname) {
        try {
            return SymbolLookup.libraryLookup(soname, Arena.global());
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** A function of libibverbs that reports by its result only. */
    static MethodHandle verbs(String name, FunctionDescriptor type) {
        return function(VERBS, name, type);
    }

    /** A function of libibverbs that sets errno; its handle takes the place for errno first. */
    static MethodHandle verbsErrno(String name, FunctionDescriptor type) {
        return function(VERBS, name, type, Errno.CAPTURE);
    }

    /** A function of librdmacm that sets errno. */
    static MethodHandle cmErrno(String name, FunctionDescriptor type) {
        return function(CM, name, type, Errno.CAPTURE);
    }

    /** A function of the C library that sets errno. */
    static MethodHandle libcErrno(String name, FunctionDescriptor type, Linker.Option... more) {
        Linker.Option[] options = Arrays.copyOf(more, more.length + 1);
        options[more.length] = Errno.CAPTURE;
        return function(LINKER.defaultLookup(), name, type, options);
    }

    /** A handle that takes the function's address first. */
    static MethodHandle pointer(FunctionDescriptor type, Linker.Option... options) {
        return LINKER.downcallHandle(type, options);
    }

    private static MethodHandle function(
            @Nullable SymbolLookup library, String name, FunctionDescriptor type, Linker.Option... options) {
        if (library == null) {
            throw new IllegalStateException(MISSING);
        }
        return LINKER.downcallHandle(
                library.find(name).orElseThrow(() -> new IllegalStateException("this rdma-core has no " + name)),
                type,
                options);
    }

    /** The type of a function of 64-bit ({@code 'L'}) and 32-bit ({@code 'I'}) values, result ({@code 'V'}: none) first. */
    static FunctionDescriptor type(String shorty) {
        MemoryLayout[] arguments = new MemoryLayout[shorty.length() - 1];
        for (int i = 0; i < arguments.length; i++) {
            arguments[i] = layout(shorty.charAt(i + 1));
        }
        return shorty.charAt(0) == 'V'
                ? FunctionDescriptor.ofVoid(arguments)
                : FunctionDescriptor.of(layout(shorty.charAt(0)), arguments);
    }

    private static MemoryLayout layout(char code) {
        return switch (code) {
            case 'L' -> ValueLayout.JAVA_LONG;
            case 'I' -> ValueLayout.JAVA_INT;
            case 'B' -> ValueLayout.JAVA_BYTE;
            default -> throw new IllegalArgumentException("no layout " + code);
        };
    }

    /** What a downcall threw: never a checked exception, so it is a defect. */
    static Error unexpected(Throwable thrown) {
        if (thrown instanceof Error error) {
            return error;
        }
        return new AssertionError("a native call threw", thrown);
    }
}
