package io.rtrs.sim.planted;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeModel;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodModel;
import java.lang.classfile.MethodTransform;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.ReturnInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;

/**
 * A bug in one method of the library: the same classes once more, of which one was changed on its way in, so that the library
 * has no switch for it.
 */
final class Plant extends ClassLoader {
    private static final String OURS = "io.rtrs.";

    /** Its provider is ours. */
    private static final String LOG = "org.slf4j.";

    private final String className;
    private final ClassTransform bug;
    private final AtomicInteger places;

    private Plant(String className, AtomicInteger places, ClassTransform bug) {
        super("planted", Plant.class.getClassLoader());
        this.className = className;
        this.places = places;
        this.bug = bug;
    }

    /** The method does nothing, and returns nothing. */
    static Plant doesNothing(String className, String method) {
        return returns(className, method, -1);
    }

    /** The method does nothing but return a number, or a truth value of 0 or 1. */
    static Plant returns(String className, String method, int value) {
        AtomicInteger places = new AtomicInteger();
        MethodTransform bug = (builder, element) -> {
            if (element instanceof CodeModel) {
                places.incrementAndGet();
                builder.withCode(code -> end(code, value));
            } else {
                builder.with(element);
            }
        };
        return new Plant(className, places, ClassTransform.transformingMethods(model -> isNamed(model, method), bug));
    }

    private static void end(CodeBuilder code, int value) {
        if (value < 0) {
            code.return_();
        } else {
            code.loadConstant(value).ireturn();
        }
    }

    /** Calls of another method are left out; where they return something, it is {@code value}. */
    static Plant leavesOut(String className, String method, String called, int value) {
        return atCalls(className, method, called, (code, call) -> {
            MethodTypeDesc type = call.typeSymbol();
            for (int i = type.parameterCount() - 1; i >= 0; i--) {
                pop(code, type.parameterType(i));
            }
            if (call.opcode() != Opcode.INVOKESTATIC) {
                code.pop();
            }
            if (!type.returnType().equals(ConstantDescs.CD_void)) {
                code.loadConstant(value);
            }
        });
    }

    /** A method of an object that takes references alone and returns nothing is called twice. */
    static Plant callsTwice(String className, String method, String called) {
        return atCalls(className, method, called, (code, call) -> {
            int many = call.typeSymbol().parameterCount() + 1;
            int[] kept = new int[many];
            for (int i = many - 1; i >= 0; i--) {
                kept[i] = code.allocateLocal(TypeKind.REFERENCE);
                code.astore(kept[i]);
            }
            for (int times = 0; times < 2; times++) {
                for (int local : kept) {
                    code.aload(local);
                }
                code.with(call);
            }
        });
    }

    /** While the method runs a truth value of its object is {@code true}; afterwards it is {@code false}. */
    static Plant holdsTrue(String className, String method, String field) {
        AtomicInteger places = new AtomicInteger();
        ClassDesc owner = ClassDesc.of(className);
        CodeTransform bug = new CodeTransform() {
            @Override
            public void atStart(CodeBuilder code) {
                places.incrementAndGet();
                set(code, 1);
            }

            @Override
            public void accept(CodeBuilder code, CodeElement element) {
                if (element instanceof ReturnInstruction) {
                    set(code, 0);
                }
                code.with(element);
            }

            private void set(CodeBuilder code, int value) {
                code.aload(0).loadConstant(value).putfield(owner, field, ConstantDescs.CD_boolean);
            }
        };
        return new Plant(
                className, places, ClassTransform.transformingMethodBodies(model -> isNamed(model, method), bug));
    }

    private static Plant atCalls(
            String className, String method, String called, BiConsumer<CodeBuilder, InvokeInstruction> instead) {
        AtomicInteger places = new AtomicInteger();
        CodeTransform bug = (code, element) -> {
            if (element instanceof InvokeInstruction call && call.name().equalsString(called)) {
                places.incrementAndGet();
                instead.accept(code, call);
            } else {
                code.with(element);
            }
        };
        return new Plant(
                className, places, ClassTransform.transformingMethodBodies(model -> isNamed(model, method), bug));
    }

    private static boolean isNamed(MethodModel model, String method) {
        return model.methodName().equalsString(method);
    }

    private static void pop(CodeBuilder code, ClassDesc type) {
        if (TypeKind.from(type).slotSize() == 2) {
            code.pop2();
        } else {
            code.pop();
        }
    }

    /** In how many places the bug is; 0 if the code that it was meant for is not there any more, or was not loaded. */
    int places() {
        return places.get();
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith(OURS) && !name.startsWith(LOG)) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> known = findLoadedClass(name);
            return known != null ? known : define(name);
        }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
        try (InputStream file = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
            if (file == null) {
                throw new ClassNotFoundException(name);
            }
            byte[] bytes = file.readAllBytes();
            if (name.equals(className)) {
                ClassFile classFile = ClassFile.of(
                        ClassFile.ClassHierarchyResolverOption.of(ClassHierarchyResolver.ofResourceParsing(getParent())
                                .orElse(ClassHierarchyResolver.defaultResolver())));
                bytes = classFile.transformClass(classFile.parse(bytes), bug);
            }
            return defineClass(name, bytes, 0, bytes.length);
        } catch (IOException e) {
            throw new ClassNotFoundException(name, e);
        }
    }
}
