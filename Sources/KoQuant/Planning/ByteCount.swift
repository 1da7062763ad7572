/// An amount of memory as people write it: "48MiB", "1.5GiB", "500MB", "1048576".
public enum ByteCount {
  /// Decimals that count: of a GiB the last one is a KiB, and with as many nothing overflows.
  private static let mostDecimals = 6

  /// A decimal number and a unit: none or B; K, KiB, M, MiB, G, GiB (powers of 1024); KB, MB, GB (powers of 1000). Parts
  /// of a byte are dropped.
  /// Nil for anything else and for more than `Int` holds; upper and lower case are the same.
  public static func parse(_ text: some Sequence<UInt8>) -> Int? {
    var value = 0
    var digits = 0
    /// Digits after the point, nil before it.
    var decimals: Int?
    var scale: UInt64 = 1
    var fraction: UInt64 = 0
    var unit: [UInt8] = []
    for byte in text {
      guard unit.isEmpty, let digit = digit(byte) else {
        if byte == UInt8(ascii: "."), unit.isEmpty, decimals == nil {
          decimals = 0
        } else {
          unit.append(byte | 0x20)
        }
        continue
      }
      digits += 1
      if let count = decimals {
        decimals = count + 1
        if count < mostDecimals { (fraction, scale) = (fraction * 10 + UInt64(digit), scale * 10) }
        continue
      }
      let (product, tooLarge) = value.multipliedReportingOverflow(by: 10)
      let (sum, tooLargeSum) = product.addingReportingOverflow(digit)
      if tooLarge || tooLargeSum { return nil }
      value = sum
    }
    guard digits > 0, decimals != 0, let factor = factor(of: unit) else { return nil }
    let (whole, overflow) = value.multipliedReportingOverflow(by: factor)
    let (bytes, overflowSum) = whole.addingReportingOverflow(Int(fraction * UInt64(factor) / scale))
    return overflow || overflowSum ? nil : bytes
  }

  private static func digit(_ byte: UInt8) -> Int? {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) ? Int(byte - UInt8(ascii: "0")) : nil
  }

  private static func factor(of unit: [UInt8]) -> Int? {
    func isUnit(_ name: StaticString) -> Bool { name.equals(unit) }
    if unit.isEmpty || isUnit("b") { return 1 }
    if isUnit("k") || isUnit("kib") { return 1 << 10 }
    if isUnit("m") || isUnit("mib") { return 1 << 20 }
    if isUnit("g") || isUnit("gib") { return 1 << 30 }
    if isUnit("kb") { return 1_000 }
    if isUnit("mb") { return 1_000_000 }
    if isUnit("gb") { return 1_000_000_000 }
    return nil
  }

  /// "12.3 MiB", rounded up, so that a ceiling of what is printed can be kept.
  public static func mebibytes(_ bytes: Int) -> String {
    let tenths = bytes / 1_048_576 * 10 + (bytes % 1_048_576 * 10 + 1_048_575) / 1_048_576
    return "\(tenths / 10).\(tenths % 10) MiB"
  }
}
