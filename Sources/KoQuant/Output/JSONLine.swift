/// One line of JSON as UTF-8 bytes, built piece by piece in a buffer that is used again for the next line.
///
/// The output of `koquant embed` and `koquant-embed`, byte for byte, comes from here.
public struct JSONLine: Sendable {
  public private(set) var bytes: [UInt8] = []

  public init() {}

  /// Starts a new line; the memory is kept.
  public mutating func clear() {
    bytes.removeAll(keepingCapacity: true)
  }

  /// Appends punctuation or a name that needs no escaping.
  public mutating func append(_ literal: StaticString) {
    bytes.append(contentsOf: UnsafeBufferPointer(start: literal.utf8Start, count: literal.utf8CodeUnitCount))
  }

  /// Appends one byte of ASCII as it is.
  public mutating func append(byte: UInt8) {
    bytes.append(byte)
  }

  /// Appends bytes of valid JSON as they are.
  public mutating func append(contentsOf other: UnsafeBufferPointer<UInt8>) {
    bytes.append(contentsOf: other)
  }
}

extension JSONLine {
  /// Appends the line of one text, newline included:
  /// `{"index":0,"text":"…","tokens":7,"truncated":false,"embedding":[…]}`.
  ///
  /// Bytes of the text that are not UTF-8 appear as U+FFFD.
  public mutating func append(_ record: EmbeddingStream.Record) {
    append(#"{"index":"#)
    append(integer: record.index)
    append(#","text":"#)
    append(string: record.text)
    append(#","tokens":"#)
    append(integer: record.tokens)
    append(record.truncated ? #","truncated":true,"embedding":["# : #","truncated":false,"embedding":["#)
    for position in record.embedding.indices {
      if position > 0 { append(byte: UInt8(ascii: ",")) }
      append(number: record.embedding[position])
    }
    append("]}\n")
  }
}
