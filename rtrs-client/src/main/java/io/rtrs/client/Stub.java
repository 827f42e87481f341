package io.rtrs.client; final class Stub { private Stub() {} }
