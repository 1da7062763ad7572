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
  /// - Parameters:
  ///   - index: number of the text in the input, from 0.
  ///   - text: the text as it came; bytes that are not UTF-8 appear as U+FFFD.
  ///   - tokens: tokens that went into the encoder, special tokens included.
  public mutating func appendEmbedding(
    index: Int, text: UnsafeBufferPointer<UInt8>, tokens: Int, truncated: Bool,
    embedding: UnsafeBufferPointer<Float>
  ) {
    append(#"{"index":"#)
    append(integer: index)
    append(#","text":"#)
    append(string: text)
    append(#","tokens":"#)
    append(integer: tokens)
    append(truncated ? #","truncated":true,"embedding":["# : #","truncated":false,"embedding":["#)
    for position in embedding.indices {
      if position > 0 { append(byte: UInt8(ascii: ",")) }
      append(number: embedding[position])
    }
    append("]}\n")
  }
}
