package io.rtrs.server; final class Stub { private Stub() {} }
