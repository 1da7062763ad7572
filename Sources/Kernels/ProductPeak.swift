/// How fast an instruction set multiplies bytes exactly when nothing else is to be done: its product instructions
/// on registers, no packing, no storing, no waiting. The ceiling that `multiplyInt8` is measured against.
public struct ProductPeak: Sendable {
  /// The name of the `KernelTable` whose products these are.
  public var name: StaticString
  /// Multiply-adds of one round.
  public var multiplyAdds: Int
  /// Multiplies and adds up `rounds` times, each factor being `operand`.
  ///
  /// - Returns: the sum of the products, `rounds * multiplyAdds * operand * operand`, so that nobody need take the
  ///   number of multiply-adds on trust. Each of the int32 accumulators must hold its share of it.
  public var run: @Sendable (_ rounds: Int, _ operand: Int8) -> Int64

  public init(
    name: StaticString, multiplyAdds: Int,
    run: @escaping @Sendable (_ rounds: Int, _ operand: Int8) -> Int64
  ) {
    self.name = name
    self.multiplyAdds = multiplyAdds
    self.run = run
  }
}

/// Factors in the first-level cache for products that do not accumulate by themselves: in registers alone, the
/// optimizer would see that they are the same in every round and compute them once.
public struct PeakFactors {
  /// Bytes that are read in turn; a power of two.
  @_alwaysEmitIntoClient @inline(__always)
  public static var byteCount: Int { 2048 }

  /// Calls `body` with `byteCount` bytes, aligned to 64, that hold copies of `element`.
  @_alwaysEmitIntoClient @inline(__always)
  public static func with<Element: FixedWidthInteger & BitwiseCopyable>(
    _ element: Element, _ body: (UnsafeRawPointer) -> Int64
  ) -> Int64 {
    withUnsafeTemporaryAllocation(byteCount: byteCount, alignment: 64) { buffer in
      guard let base = buffer.baseAddress else { return 0 }
      var place = 0
      while place < byteCount {
        (base + place).storeBytes(of: element, as: Element.self)
        place &+= MemoryLayout<Element>.stride
      }
      return body(UnsafeRawPointer(base))
    }
  }
}
