extension StaticString {
  /// Whether the text has these bytes.
  package func equals(_ bytes: some Collection<UInt8>) -> Bool {
    withUTF8Buffer { $0.elementsEqual(bytes) }
  }

  package func equals(_ other: StaticString) -> Bool {
    other.withUTF8Buffer { equals($0) }
  }
}
