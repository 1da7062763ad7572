/// Splits normalized text into words (BertPreTokenizer) and words into pieces (WordPiece).
struct WordPieces: ScalarSink {
  private let table: PieceTable
  private let unknownToken: UInt32
  private let maximumScalars: Int
  private let memory: WordMemory
  /// Scalars and bytes of the word so far.
  private var count = 0
  private var byteCount = 0
  /// The word has more scalars than `maximumScalars`.
  private var isTooLong = false
  var sink: TokenSink

  init(_ table: PieceTable, _ settings: TokenizerSettings, memory: WordMemory, sink: TokenSink) {
    self.table = table
    unknownToken = settings.unknownToken
    maximumScalars = settings.maximumWordScalars
    self.memory = memory
    self.sink = sink
  }

  mutating func take(_ scalar: UInt32) {
    let kind = ScalarKind(of: scalar)
    if kind.isWhitespace {
      endWord()
    } else if kind.isPunctuation {
      takePunctuation(scalar)
    } else {
      append(scalar)
    }
  }

  @inline(__always)
  mutating func takePunctuation(_ scalar: UInt32) {
    endWord()
    append(scalar)
    endWord()
  }

  /// Adds a scalar that is neither white space nor punctuation to the word.
  @inline(__always)
  mutating func append(_ scalar: UInt32) {
    guard count < maximumScalars else {
      isTooLong = true
      return
    }
    byteCount += UTF8Scalar.write(scalar, to: memory.bytes + byteCount)
    didAppend(scalar)
  }

  @inline(__always)
  mutating func append(ascii byte: UInt8) {
    guard count < maximumScalars else {
      isTooLong = true
      return
    }
    memory.bytes[byteCount] = byte
    byteCount += 1
    didAppend(UInt32(byte))
  }

  /// Adds a scalar whose UTF-8 is three bytes at hand.
  @inline(__always)
  mutating func append(threeBytes bytes: UnsafePointer<UInt8>, _ scalar: UInt32) {
    guard count < maximumScalars else {
      isTooLong = true
      return
    }
    for i in 0..<3 { memory.bytes[byteCount + i] = bytes[i] }
    byteCount += 3
    didAppend(scalar)
  }

  @inline(__always)
  private mutating func didAppend(_ scalar: UInt32) {
    memory.scalars[count] = scalar
    memory.ends[count] = UInt32(truncatingIfNeeded: byteCount)
    count += 1
  }

  /// Emits the pieces of the word, if there is one.
  @inline(__always)
  mutating func endWord() {
    if count > 0 { emitWord() }
  }

  private mutating func emitWord() {
    var pieces = 0
    var start = 0
    while start < count, !isTooLong {
      guard let (id, end) = longestPiece(from: start) else { break }
      memory.pieces[pieces] = id
      pieces += 1
      start = end
    }
    if start == count {
      for i in 0..<pieces { sink.emit(memory.pieces[i]) }
    } else {
      sink.emit(unknownToken)
    }
    count = 0
    byteCount = 0
    isTooLong = false
  }

  /// The longest piece of the vocabulary at a scalar of the word, and the scalar where it ends.
  @inline(__always)
  private func longestPiece(from start: Int) -> (UInt32, Int)? {
    let continuing = start > 0
    var end = min(count, start + table.longestPiece)
    var hash = PieceHash(seed: table.seed, continuing: continuing)
    for i in start..<end {
      hash.add(memory.scalars[i])
      memory.hashes[i] = hash
    }
    let from = continuing ? Int(memory.ends[start - 1]) : 0
    while end > start {
      let piece = UnsafeBufferPointer(start: memory.bytes + from, count: Int(memory.ends[end - 1]) - from)
      if let id = table.find(piece, hash: memory.hashes[end - 1], continuing: continuing) { return (id, end) }
      end -= 1
    }
    return nil
  }
}

/// Working memory of one encoding, carved out of one block whose size depends on the tokenizer alone.
struct WordMemory {
  /// Of the scalars of a word: the hash of the piece that ends with each, the scalar, the byte after it.
  let hashes: UnsafeMutablePointer<PieceHash>
  let scalars: UnsafeMutablePointer<UInt32>
  let ends: UnsafeMutablePointer<UInt32>
  let pieces: UnsafeMutablePointer<UInt32>
  let pending: UnsafeMutableBufferPointer<UInt32>
  let bytes: UnsafeMutablePointer<UInt8>
  let window: UnsafeMutableBufferPointer<UInt8>

  /// Bytes for words of `scalars` scalars and a window of `window` bytes.
  static func size(scalars: Int, window: Int) -> Int { scalars * (8 + 5 * 4) + 4 + window }

  init(_ block: UnsafeMutableRawPointer, scalars count: Int, window size: Int) {
    var next = block
    func carve<T>(_ type: T.Type, _ count: Int) -> UnsafeMutablePointer<T> {
      let pointer = next.assumingMemoryBound(to: type)
      next += count * MemoryLayout<T>.stride
      return pointer
    }
    hashes = carve(PieceHash.self, count)
    scalars = carve(UInt32.self, count)
    ends = carve(UInt32.self, count)
    pieces = carve(UInt32.self, count)
    pending = UnsafeMutableBufferPointer(start: carve(UInt32.self, count + 1), count: count + 1)
    bytes = carve(UInt8.self, count * 4)
    window = UnsafeMutableBufferPointer(start: carve(UInt8.self, size), count: size)
  }
}
