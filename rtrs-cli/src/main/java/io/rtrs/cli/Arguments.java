package io.rtrs.cli;

import io.rtrs.cli.text.Sizes;
import io.rtrs.cli.text.Times;
import io.rtrs.core.error.RtrsException;
import io.rtrs.core.path.PathAddress;
import io.rtrs.core.work.TimeBound;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** How arguments are read; what cannot be read is named. */
final class Arguments {
    private Arguments() {}

    /** What a command says of an option's value when it looks at it closer; exits with 2. */
    static ParameterException wrong(CommandLine command, String option, Object value, String why) {
        return new ParameterException(command, "Invalid value for option '" + option + "': '" + value + "' " + why);
    }

    /** A number of bytes. */
    static final class Size implements ITypeConverter<Long> {
        @Override
        public Long convert(String value) {
            try {
                return Sizes.parse(value);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    /** A number of bytes that is an {@code int} and not 0. */
    static final class BlockSize implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String value) {
            long bytes = new Size().convert(value);
            if (bytes < 1 || bytes > 1 << 27) {
                throw new TypeConversionException("'" + value + "' is no size from 1 to 128M");
            }
            return (int) bytes;
        }
    }

    /** A number of bytes of at least a block of 4 KiB, so that a client's defaults find one. */
    static final class MemorySize implements ITypeConverter<Long> {
        private static final long LEAST = 4096;

        @Override
        public Long convert(String value) {
            long bytes = new Size().convert(value);
            if (bytes < LEAST) {
                throw new TypeConversionException("'" + value + "' is less than " + Sizes.exact(LEAST)
                        + ", the block of a client that asks for no other");
            }
            return bytes;
        }
    }

    /** A length of time. */
    static final class Time implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String value) {
            try {
                return Times.parse(value);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    /** A length of time that a session can be given: 0 to a day. */
    static final class Pause implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String value) {
            Duration time = new Time().convert(value);
            if (!TimeBound.isPause(time)) {
                throw new TypeConversionException("'" + value + "' is longer than a day");
            }
            return time;
        }
    }

    /** A number from 1 to 65535. */
    static final class Count implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String value) {
            return number(value, 1, 65535);
        }
    }

    /** A process. */
    static final class ProcessId implements ITypeConverter<Long> {
        @Override
        public Long convert(String value) {
            if (!value.matches("[1-9]\\d{0,17}")) {
                throw new TypeConversionException("'" + value + "' is no process id: ps and jps show them");
            }
            return Long.valueOf(value);
        }
    }

    /** A part of a hundred. */
    static final class Percent implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String value) {
            return number(value, 0, 100);
        }
    }

    /** A port; 0, of which only a server that chooses for itself can make something, is left to the command. */
    static final class Port implements ITypeConverter<Integer> {
        private static final int MOST = 65535;
        private static final String OTHERS = "is no port: those are 1 to " + MOST;

        @Override
        public Integer convert(String value) {
            int port = value.equals("0") ? 0 : inside(value, 1, MOST);
            if (port < 0) {
                throw new TypeConversionException("'" + value + "' " + OTHERS);
            }
            return port;
        }

        /** Refuses 0, for commands that go to a server's port. */
        static void check(CommandLine command, int port) {
            if (port == 0) {
                throw wrong(command, "--port", 0, OTHERS);
            }
        }
    }

    /** The value whose name that is, whatever its case. */
    static <T> T oneOf(T[] values, String name) {
        for (T value : values) {
            if (value.toString().equalsIgnoreCase(name)) {
                return value;
            }
        }
        throw new TypeConversionException("'" + name + "' is none of "
                + Arrays.stream(values).map(Object::toString).collect(Collectors.joining(", ")));
    }

    private static int number(String value, int least, int most) {
        int number = inside(value, least, most);
        if (number < 0) {
            throw new TypeConversionException("'" + value + "' is no number from " + least + " to " + most);
        }
        return number;
    }

    /** The number; −1 if it is none, or outside of these bounds. */
    private static int inside(String value, int least, int most) {
        try {
            int number = Integer.parseInt(value);
            return number >= least && number <= most ? number : -1;
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    /** A path as the kernel writes it; IPv6 addresses may stand in brackets. */
    static final class Path implements ITypeConverter<PathAddress> {
        /** Nothing may follow the brackets: a port behind them would become a part of the address. */
        private static final Pattern BRACKETS = Pattern.compile("ip:\\[([^\\[\\]]*)](?=[,@]|$)");

        @Override
        public PathAddress convert(String value) {
            try {
                PathAddress path = PathAddress.parse(BRACKETS.matcher(value).replaceAll("ip:$1"));
                String obstacle = path.obstacle();
                if (obstacle != null) {
                    throw new TypeConversionException("'" + value + "' leads nowhere: " + obstacle);
                }
                return path;
            } catch (RtrsException e) {
                String advice = AddressAdvice.forPath("--connect", value);
                throw new TypeConversionException(
                        advice.isEmpty()
                                ? "'" + value + "' is no path, which is written ip:SOURCE@ip:DESTINATION or"
                                        + " ip:DESTINATION (" + e.reason() + ")"
                                : "'" + value + "' is no path: " + advice);
            }
        }
    }

    /**
     * An address of four numbers or of IPv6, not in the short forms of IPv4 such as 127.1.
     *
     * @throws IllegalArgumentException if it is none
     */
    static InetAddress literal(String text) {
        if (text.indexOf(':') < 0 && text.chars().filter(c -> c == '.').count() != 3) {
            throw new IllegalArgumentException("'" + text + "' is no IP address");
        }
        return InetAddress.ofLiteral(text);
    }

    /** An IP address, not a name; IPv6 may stand in brackets. */
    static final class Address implements ITypeConverter<InetAddress> {
        @Override
        public InetAddress convert(String value) {
            String plain = value.startsWith("ip:") ? value.substring(3) : value;
            if (plain.startsWith("[") && plain.endsWith("]")) {
                plain = plain.substring(1, plain.length() - 1);
            }
            try {
                return literal(plain);
            } catch (IllegalArgumentException e) {
                String advice = AddressAdvice.forAddress("--listen", value);
                throw new TypeConversionException(
                        "'" + value + "' is no IP address" + (advice.isEmpty() ? "" : ": " + advice));
            }
        }
    }
}
