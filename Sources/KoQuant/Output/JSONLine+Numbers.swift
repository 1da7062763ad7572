extension JSONLine {
  /// Appends the shortest decimal that reads back as the same bits; `null` for infinities and NaN, which JSON
  /// has no words for.
  ///
  /// The standard library's shortest form is valid JSON ("0.1", "-0.0", "1e-05") and at most 15 bytes long,
  /// which a `String` holds without allocating.
  public mutating func append(number: Float) {
    guard number.isFinite else { return append("null") }
    for byte in number.description.utf8 { append(byte: byte) }
  }

  public mutating func append(integer: Int) {
    for byte in integer.description.utf8 { append(byte: byte) }
  }
}
