extension Double {
  /// With `count` digits after the point, rounded to nearest.
  func decimals(_ count: Int) -> String {
    guard isFinite, magnitude < 1e12 else { return description }
    var power = 1.0
    for _ in 0..<count { power *= 10 }
    let scaled = (magnitude * power).rounded()
    let whole = Int(scaled / power)
    let fraction = Int(scaled - Double(whole) * power)
    let digits = String(fraction)
    let zeros = String(repeating: "0", count: max(0, count - digits.count))
    let sign = self < 0 && scaled > 0 ? "-" : ""
    return count == 0 ? "\(sign)\(whole)" : "\(sign)\(whole).\(zeros)\(digits)"
  }

  /// The same with a sign, for differences.
  func signedDecimals(_ count: Int) -> String {
    let text = decimals(count)
    return text.hasPrefix("-") ? text : "+\(text)"
  }
}

/// "91.0 MB", in units of 1,000,000 bytes.
func megabytes(_ bytes: UInt64) -> String { "\((Double(bytes) / 1e6).decimals(1)) MB" }

extension Duration {
  var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) / 1e18
  }
}

extension String {
  /// Padded with spaces on the left to at least `width` characters.
  func right(_ width: Int) -> String { String(repeating: " ", count: max(0, width - count)) + self }
  /// Padded with spaces on the right to at least `width` characters.
  func left(_ width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
