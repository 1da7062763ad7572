/// Stored numbers as floats. F16 and BF16 are exact, F64 is rounded to nearest.
enum FloatConversion {
  /// Converts as many elements as `destination` holds from the start of `source`.
  static func convert(
    _ source: UnsafeRawBufferPointer, _ type: ElementType, into destination: UnsafeMutableBufferPointer<Float>
  ) {
    switch type {
    case .float32: convert(source, into: destination) { (bits: UInt32) in Float(bitPattern: bits) }
    case .float16: convert(source, into: destination, float16)
    case .bfloat16:
      convert(source, into: destination) { (bits: UInt16) in Float(bitPattern: UInt32(bits) << 16) }
    case .float64: convert(source, into: destination) { (bits: UInt64) in Float(Double(bitPattern: bits)) }
    default: destination.update(repeating: .nan)
    }
  }

  @inline(__always)
  private static func convert<Bits: FixedWidthInteger & BitwiseCopyable>(
    _ source: UnsafeRawBufferPointer, into destination: UnsafeMutableBufferPointer<Float>,
    _ float: (Bits) -> Float
  ) {
    let count = min(destination.count, source.count / MemoryLayout<Bits>.size)
    for index in 0..<count {
      let bits = source.loadUnaligned(fromByteOffset: index * MemoryLayout<Bits>.size, as: Bits.self)
      destination[index] = float(Bits(littleEndian: bits))
    }
  }

  /// Moves exponent and fraction to their places in a float, whose exponent is then 112 too small: one
  /// multiplication corrects it, for subnormal numbers too. Infinity and NaN keep their exponent of all ones.
  @inline(__always)
  private static func float16(_ bits: UInt16) -> Float {
    let sign = UInt32(bits & 0x8000) << 16
    let magnitude = UInt32(bits & 0x7FFF) << 13
    let value = (Float(bitPattern: magnitude) * 0x1p112).bitPattern
    return Float(bitPattern: sign | value | (magnitude >= 0x0F80_0000 ? 0x7F80_0000 : 0))
  }

  /// Index of the first value that is NaN or infinite. Looks at blocks without branches, as nearly always there
  /// is none.
  static func firstNotFinite(in values: UnsafeBufferPointer<Float>) -> Int? {
    let exponent: UInt32 = 0x7F80_0000
    var start = 0
    while start < values.count {
      let end = min(start + 4096, values.count)
      var found: UInt32 = 0
      for index in start..<end {
        found |= values[index].bitPattern & exponent == exponent ? 1 : 0
      }
      if found != 0 { return (start..<end).first { !values[$0].isFinite } }
      start = end
    }
    return nil
  }
}
