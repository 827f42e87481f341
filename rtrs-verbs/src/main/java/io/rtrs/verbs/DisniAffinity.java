package io.rtrs.verbs;

import static java.lang.classfile.ClassFile.ACC_FINAL;
import static java.lang.classfile.ClassFile.ACC_PUBLIC;
import static java.lang.classfile.ClassFile.ACC_STATIC;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import com.ibm.disni.util.DiSNILogger;

import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;

/**
 * Stands in for the one class of DiSNI's endpoints that loads its native library: {@code NativeAffinity}.
 *
 * <p>DiSNI's completion threads call it first of all, to pin themselves to CPUs, and die where the library is missing. The
 * class that is defined here, before DiSNI's own is loaded, pins nothing.
 */
final class DisniAffinity {
    private static final ClassDesc NAME = ClassDesc.of("com.ibm.disni.util.NativeAffinity");

    private DisniAffinity() {}

    /** Defines the class beside DiSNI's others, unless it is there already. */
    static void define() {
        byte[] bytes = ClassFile.of()
                .build(
                        NAME,
                        type -> type.withFlags(ACC_PUBLIC | ACC_FINAL)
                                .withMethodBody(
                                        "setAffinity",
                                        MethodTypeDesc.of(CD_void, CD_long),
                                        ACC_PUBLIC | ACC_STATIC,
                                        CodeBuilder::return_)
                                .withMethodBody(
                                        "getAffinity",
                                        MethodTypeDesc.of(CD_long),
                                        ACC_PUBLIC | ACC_STATIC,
                                        code -> code.lconst_0().lreturn()));
        try {
            MethodHandles.privateLookupIn(DiSNILogger.class, MethodHandles.lookup())
                    .defineClass(bytes);
        } catch (LinkageError e) {
            // DiSNI's own class was used before: its native library is there, and pins threads.
        } catch (IllegalAccessException e) {
            throw new LinkageError("the package com.ibm.disni.util is not open to io.rtrs.verbs", e);
        }
    }
}
