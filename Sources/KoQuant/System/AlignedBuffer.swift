/// Memory that starts on a cache line (or a page) and is given back with its owner.
///
/// Pointers into it are valid as long as the object: keep it in a property of whoever uses them.
public final class AlignedBuffer: @unchecked Sendable {
  /// The alignment that every kernel's loads are happy with.
  public static let cacheLine = 64

  /// The first byte, of memory that is there even when `bytes` is empty.
  public let base: UnsafeMutableRawPointer
  public let bytes: UnsafeMutableRawBufferPointer
  private let calls: SystemCalls

  /// - Parameters:
  ///   - byteCount: may be 0.
  ///   - alignment: a power of two from 8 up.
  ///   - zeroed: false where everything is written before it is read: zeroing touches every page.
  ///   - calls: where the memory comes from.
  /// - Throws: `SystemError` (`allocate`) when there is no memory or `byteCount` is negative.
  public convenience init(
    byteCount: Int, alignment: Int = cacheLine, zeroed: Bool = true, calls: SystemCalls = .live
  ) throws(SystemError) {
    guard byteCount >= 0, alignment >= 8, alignment & (alignment - 1) == 0 else {
      throw SystemError(.allocate, .errno(Errno.invalidArgument), byteCount: byteCount)
    }
    guard let base = calls.allocate(alignment, max(byteCount, 1)) else {
      throw SystemError(.allocate, .errno(Errno.noMemory), byteCount: byteCount)
    }
    if zeroed { base.initializeMemory(as: UInt8.self, repeating: 0, count: byteCount) }
    self.init(base, byteCount, calls)
  }

  private init(_ base: UnsafeMutableRawPointer, _ byteCount: Int, _ calls: SystemCalls) {
    self.base = base
    bytes = UnsafeMutableRawBufferPointer(start: base, count: byteCount)
    self.calls = calls
  }

  /// Room for `count` elements of a trivial type.
  public convenience init<Element: BitwiseCopyable>(
    count: Int, of type: Element.Type, alignment: Int = cacheLine, zeroed: Bool = true,
    calls: SystemCalls = .live
  ) throws(SystemError) {
    let (byteCount, overflow) = count.multipliedReportingOverflow(by: MemoryLayout<Element>.stride)
    if overflow { throw SystemError(.allocate, .tooLarge, byteCount: Int.max) }
    try self.init(byteCount: byteCount, alignment: alignment, zeroed: zeroed, calls: calls)
  }

  deinit { calls.free(base) }

  public var count: Int { bytes.count }

  /// The bytes as whole elements of `type`.
  public func elements<Element: BitwiseCopyable>(
    of type: Element.Type
  ) -> UnsafeMutableBufferPointer<Element> { bytes.bindMemory(to: type) }
}
