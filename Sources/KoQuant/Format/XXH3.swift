import CShims

/// XXH3, 64 bits, seed 0: finds accidents, not forgeries.
public enum XXH3 {
  public static func hash(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
    var none: UInt8 = 0
    return bytes.baseAddress.map { kqs_hash($0, bytes.count) } ?? kqs_hash(&none, 0)
  }

  /// The hash of bytes that arrive in pieces.
  public final class Stream {
    private let hasher: OpaquePointer

    private init(_ hasher: OpaquePointer) { self.hasher = hasher }

    public convenience init() throws(SystemError) {
      guard let hasher = kqs_hasher_create() else {
        throw SystemError(.allocate, .errno(Errno.noMemory), byteCount: 1024)
      }
      self.init(hasher)
    }

    deinit { kqs_hasher_destroy(hasher) }

    /// Starts anew.
    public func reset() { kqs_hasher_reset(hasher) }

    public func update(_ bytes: UnsafeRawBufferPointer) {
      if let base = bytes.baseAddress { kqs_hasher_update(hasher, base, bytes.count) }
    }

    /// The hash of everything since the last reset.
    public func digest() -> UInt64 { kqs_hasher_digest(hasher) }
  }
}
