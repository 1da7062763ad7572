/// An amount of memory as people write it: "48MiB", "1GiB", "500MB", "1048576".
public enum ByteCount {
  /// A whole number and a unit: none or B; K, KiB, M, MiB, G, GiB (powers of 1024); KB, MB, GB (powers of 1000).
  /// Nil for anything else and for more than `Int` holds; upper and lower case are the same.
  public static func parse(_ text: some Sequence<UInt8>) -> Int? {
    var value = 0
    var hasDigits = false
    var unit: [UInt8] = []
    for byte in text {
      if unit.isEmpty, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
        let (product, tooLarge) = value.multipliedReportingOverflow(by: 10)
        let (sum, tooLargeSum) = product.addingReportingOverflow(Int(byte - UInt8(ascii: "0")))
        if tooLarge || tooLargeSum { return nil }
        value = sum
        hasDigits = true
      } else {
        unit.append(byte | 0x20)
      }
    }
    guard hasDigits, let factor = factor(of: unit) else { return nil }
    let (bytes, overflow) = value.multipliedReportingOverflow(by: factor)
    return overflow ? nil : bytes
  }

  private static func factor(of unit: [UInt8]) -> Int? {
    func isUnit(_ name: StaticString) -> Bool {
      unit.elementsEqual(UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
    }
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
