package io.rtrs.soft.property;

import io.rtrs.verbs.VerbsException;
import io.rtrs.verbs.libc.Errno;

/**
 * A system property that holds a whole number, decimal. One that is empty is not set.
 *
 * <p><b>Threading:</b> immutable; the property is read each time. <b>Errors:</b> EINVAL; the message names the property, its
 * value, and what it may be.
 *
 * @param what what the number is, for the message
 * @param least the smallest that is allowed
 * @param most the largest
 */
public record NumberProperty(String name, String what, long least, long most) {
    /** What it says, or what holds where it says nothing. */
    public long or(long unset) throws VerbsException {
        String value = System.getProperty(name, "");
        if (value.isEmpty()) {
            return unset;
        }
        try {
            long number = Long.parseLong(value);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Refused below, as one that is out of range.
        }
        throw new VerbsException(
                "property " + name + "=" + value + ": " + what + " is a whole number from " + least + " to " + most
                        + "; give it one, or leave it out",
                Errno.EINVAL);
    }
}
