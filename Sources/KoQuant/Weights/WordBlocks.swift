/// Rows of a word table that stays in the file: a batch sorts its tokens by block, and each block that occurs
/// is decoded once, into memory of the worker that then looks up all of its tokens.
package struct WordBlocks: @unchecked Sendable {
  let loader: SectionLoader
  let entry: SectionEntry
  private let rowsPerBlock: Int
  /// Tokens of the batch, as indices, in the order of their blocks.
  private let order: UnsafeMutableBufferPointer<UInt32>
  /// Where the tokens of each block end in `order`.
  private let ends: UnsafeMutableBufferPointer<UInt32>
  /// The blocks that occur in the batch.
  private let present: UnsafeMutableBufferPointer<UInt32>
  private let memory: [AlignedBuffer]
  private let decoded: [AlignedBuffer]

  /// - Parameters:
  ///   - tokens: of the largest batch.
  ///   - loader: with a worker for each thread of the pool that will run the loops.
  init(_ entry: SectionEntry, tokens: Int, loader: SectionLoader) throws(KoqError) {
    let file = loader.file
    // Rows that are stored are read one by one.
    guard entry.codec == .stored || entry.blocks > 0 else { throw file.failure(.noBlocks, entry) }
    self.loader = loader
    self.entry = entry
    rowsPerBlock = entry.codec == .stored ? 1 : entry.rowsPerBlock
    let blocks = Self.blocks(of: entry)
    do throws(SystemError) {
      let order = try AlignedBuffer(count: tokens, of: UInt32.self, zeroed: false, calls: file.calls)
      let ends = try AlignedBuffer(count: blocks, of: UInt32.self, zeroed: false, calls: file.calls)
      let present = try AlignedBuffer(
        count: min(blocks, tokens), of: UInt32.self, zeroed: false, calls: file.calls)
      self.order = order.elements(of: UInt32.self)
      self.ends = ends.elements(of: UInt32.self)
      self.present = present.elements(of: UInt32.self)
      memory = [order, ends, present]
      var decoded: [AlignedBuffer] = []
      for _ in loader.workers {
        decoded.append(
          try AlignedBuffer(byteCount: rowsPerBlock * entry.rowLength, zeroed: false, calls: file.calls))
      }
      self.decoded = decoded
    } catch {
      throw file.failure(.system(error), entry)
    }
  }

  /// Bytes that an object for batches of `tokens` takes, and each of its workers.
  static func byteCounts(_ entry: SectionEntry, tokens: Int) -> (shared: Int, worker: Int) {
    let blocks = blocks(of: entry)
    let rows = entry.codec == .stored ? 1 : entry.rowsPerBlock
    return (4 * (tokens + blocks + min(blocks, tokens)), rows * entry.rowLength)
  }

  private static func blocks(of entry: SectionEntry) -> Int {
    entry.codec == .stored ? entry.rows : entry.blocks
  }

  /// Sorts the tokens of a batch by block, in O(tokens + blocks), and returns how many blocks occur.
  func sort(_ tokens: UnsafeBufferPointer<UInt32>) -> Int {
    let rows = UInt32(clamping: rowsPerBlock)
    ends.update(repeating: 0)
    for token in tokens { ends[Int(token / rows)] += 1 }
    var count = 0
    var start: UInt32 = 0
    for block in ends.indices where ends[block] > 0 {
      present[count] = UInt32(clamping: block)
      count += 1
      // First its start; moves up to its end with each token.
      (ends[block], start) = (start, start + ends[block])
    }
    for (index, token) in tokens.enumerated() {
      let block = Int(token / rows)
      order[Int(ends[block])] = UInt32(clamping: index)
      ends[block] += 1
    }
    return count
  }

  /// Decodes the block that is number `index` of those in the batch and calls `body` with each of its tokens
  /// and the token's row.
  func withRows(
    ofBlock index: Int, tokens: UnsafePointer<UInt32>, worker number: Int,
    _ body: (_ token: Int, _ row: UnsafePointer<Int8>) -> Void
  ) throws(KoqError) {
    let block = Int(present[index])
    let rows = block * rowsPerBlock..<min((block + 1) * rowsPerBlock, entry.rows)
    let output = decoded[number].bytes.slice(0..<rows.count * entry.rowLength)
    try loader.file.decodeRows(entry, rows, into: output, using: loader.workers[number].decoder)
    let values = UnsafePointer(decoded[number].base.assumingMemoryBound(to: Int8.self))
    let first = index == 0 ? 0 : Int(ends[Int(present[index - 1])])
    for position in first..<Int(ends[block]) {
      let token = Int(order[position])
      body(token, values + (Int(tokens[token]) - rows.lowerBound) * entry.rowLength)
    }
  }
}

/// Embedding lookup with the word table in the file, one of its blocks a task.
struct WordBlockLoop: ParallelLoop {
  let lookup: EmbeddingLookup
  let words: WordBlocks

  func perform(index: Int, worker number: Int) {
    words.loader.workers[number].catching { () throws(KoqError) in
      try words.withRows(ofBlock: index, tokens: lookup.tokens, worker: number) { token, row in
        lookup.add(row, token: token)
        lookup.normalize(token..<token + 1)
      }
    }
  }
}
