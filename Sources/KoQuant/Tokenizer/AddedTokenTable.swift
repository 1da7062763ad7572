/// A part of the added tokens of the settings section, used in place: patterns in strictly ascending order.
struct AddedTokenTable: @unchecked Sendable {
  let count: Int
  /// Bytes of the longest pattern.
  let longestPattern: Int
  private let entries: LittleEndianWords
  private let text: UnsafePointer<UInt8>

  /// Checks bounds, order and texts of the entries at a byte of the section; O(their bytes).
  init(_ section: UnsafeRawBufferPointer, at offset: Int, count: Int, textAt: Int) throws(TokenizerError) {
    guard let base = section.baseAddress else { throw TokenizerError(.settings, at: 0, .wrongLength) }
    self.count = count
    entries = LittleEndianWords(base: base + offset)
    text = (base + textAt).assumingMemoryBound(to: UInt8.self)
    let size = section.count - textAt
    var longest = 0
    for i in 0..<count {
      let at = offset + i * TokenizerSettings.entrySize
      let words = i * 6
      guard entries[words + 1] < 16 else { throw TokenizerError(.settings, at: at + 4, .unknownFlags) }
      for field in [2, 4] {
        let (start, length) = (entries[words + field], entries[words + field + 1])
        guard start <= size, length <= size - Int(start) else {
          throw TokenizerError(.settings, at: at + 4 * field, .textOutOfBounds)
        }
        let bytes = UnsafeBufferPointer(start: text + Int(start), count: Int(length))
        if let reason = Self.fault(in: bytes) { throw TokenizerError(.settings, at: at + 4 * field, reason) }
      }
      longest = max(longest, Int(entries[words + 5]))
      if i > 0, !Self.precedes(Self.bytes(entries, text, i - 1), Self.bytes(entries, text, i)) {
        throw TokenizerError(.settings, at: at, .addedTokensNotAscending)
      }
    }
    longestPattern = longest
  }

  /// What forbids a text as content or pattern of an added token.
  static func fault(in bytes: UnsafeBufferPointer<UInt8>) -> TokenizerError.Reason? {
    guard bytes.count > 0, let base = bytes.baseAddress else { return .emptyAddedToken }
    guard bytes.count <= TokenizerSettings.maximumPattern else { return .addedTokenTooLong }
    var position = 0
    while position < bytes.count {
      let next = UTF8Scalar(base, at: position, end: bytes.count)
      guard next.isValid else { return .invalidUTF8 }
      guard next.scalar != 0xFFFD else { return .replacementCharacter }
      position += next.length
    }
    return nil
  }

  static func precedes(_ a: UnsafeBufferPointer<UInt8>, _ b: UnsafeBufferPointer<UInt8>) -> Bool {
    for i in 0..<min(a.count, b.count) where a[i] != b[i] { return a[i] < b[i] }
    return a.count < b.count
  }

  func id(_ index: Int) -> UInt32 { entries[index * 6] }
  func isSingleWord(_ index: Int) -> Bool { entries[index * 6 + 1] & 2 != 0 }
  func stripsLeft(_ index: Int) -> Bool { entries[index * 6 + 1] & 4 != 0 }
  func stripsRight(_ index: Int) -> Bool { entries[index * 6 + 1] & 8 != 0 }

  func content(_ index: Int) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: text + Int(entries[index * 6 + 2]), count: Int(entries[index * 6 + 3]))
  }

  func pattern(_ index: Int) -> UnsafeBufferPointer<UInt8> { Self.bytes(entries, text, index) }

  private static func bytes(
    _ entries: LittleEndianWords, _ text: UnsafePointer<UInt8>, _ index: Int
  ) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: text + Int(entries[index * 6 + 4]), count: Int(entries[index * 6 + 5]))
  }

  /// The longest pattern that the text at `position` begins with; O(log count) a byte of it.
  func longestMatch(_ bytes: UnsafePointer<UInt8>, at position: Int, end: Int) -> Int? {
    var low = 0
    var high = count
    var depth = 0
    var best: Int?
    while low < high {
      // All of low..<high share their first `depth` bytes with the text; the shortest comes first.
      if pattern(low).count == depth {
        best = low
        low += 1
      }
      guard low < high, position + depth < end else { break }
      let next = bytes[position + depth]
      low = partition(low, high, depth) { $0 < next }
      high = partition(low, high, depth) { $0 <= next }
      depth += 1
    }
    return best
  }

  /// First index of low..<high whose byte at `depth` does not satisfy an ascending condition.
  @inline(__always)
  private func partition(_ low: Int, _ high: Int, _ depth: Int, _ condition: (UInt8) -> Bool) -> Int {
    var (low, high) = (low, high)
    while low < high {
      let middle = (low + high) / 2
      if condition(pattern(middle)[depth]) { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
