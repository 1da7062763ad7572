/// One piece of what must be done with a section before it is used.
struct LoadTask: Sendable {
  /// Index in `KoqFile.sections`.
  var section: Int
  /// The block of rows to decode; nil for all of the section.
  var block: Int?
  /// Where its bytes go, from the start of the buffer; nil to check the hash of a section that is used in
  /// place.
  var offset: Int?
  /// Bytes to decode or to hash.
  var byteCount: Int
  /// Nil unless the hash of a section in place is taken in parts: where in the section this part ends.
  var end: Int?
}

extension SectionEntry {
  /// The most that zstd makes of a block of rows (ZSTD_COMPRESSBOUND); 0 for a section without blocks.
  fileprivate var largestBlock: Int {
    if blocks == 0 { return 0 }
    let length = min(rowsPerBlock, rows) * rowLength
    return length < storedLength ? min(storedLength, length + length / 256 + 64) : storedLength
  }
}

extension SectionGroup {
  /// The tasks that make the group usable.
  func loadTasks(_ file: KoqFile) -> [LoadTask] {
    var tasks: [LoadTask] = []
    for place in places {
      let entry = file.sections[place.section]
      if let offset = place.offset, entry.codec == .zstd, entry.blocks > 0 {
        for block in 0..<entry.blocks {
          let rows = entry.rows(ofBlock: block)
          tasks.append(
            LoadTask(
              section: place.section, block: block, offset: offset + rows.lowerBound * entry.rowLength,
              byteCount: rows.count * entry.rowLength))
        }
      } else {
        tasks.append(
          LoadTask(section: place.section, block: nil, offset: place.offset, byteCount: entry.rawLength))
      }
    }
    return tasks.largestFirst
  }

  /// The tasks that take the hashes of the group's sections, which are in place, in `count` parts, to be run in
  /// order: for what is too large to be hashed at once and is not needed before the last part.
  func hashTasks(_ file: KoqFile, parts count: Int) -> [[LoadTask]] {
    (0..<count).map { part in
      places.map { place in
        // Whole pages, but for the last part.
        let length = file.sections[place.section].storedLength
        func end(_ part: Int) -> Int { part == count ? length : length / count * part & ~4095 }
        return LoadTask(
          section: place.section, block: nil, offset: nil, byteCount: end(part + 1) - end(part),
          end: end(part + 1))
      }
    }
  }
}

extension [LoadTask] {
  /// In the order in which threads that share them finish at about the same time.
  var largestFirst: [LoadTask] { sorted { $0.byteCount > $1.byteCount } }
}

/// Reads, decodes and checks sections on the threads of a pool.
struct SectionLoader: Sendable {
  /// What one worker of a pool needs; no two threads have the same at a time.
  final class Worker: @unchecked Sendable {
    let decoder: SectionDecoder
    /// The first thing that went wrong since the last `check`.
    fileprivate(set) var failure: KoqError?

    fileprivate init(_ decoder: SectionDecoder) { self.decoder = decoder }

    /// Keeps what `body` throws for `check`.
    func catching(_ body: () throws(KoqError) -> Void) {
      do throws(KoqError) { try body() } catch { failure = failure ?? error }
    }
  }

  let file: KoqFile
  let workers: [Worker]
  let gradualHash: GradualHash

  init(_ file: KoqFile, threads: Int) throws(KoqError) {
    self.file = file
    gradualHash = try GradualHash(file)
    var workers: [Worker] = []
    // Which worker meets the largest block first is chance: all of them are ready for it.
    let largest = file.bytes == nil ? file.sections.reduce(0) { max($0, $1.largestBlock) } : 0
    for _ in 0..<threads {
      let decoder = try SectionDecoder(calls: file.calls)
      _ = try decoder.inputBuffer(largest)
      workers.append(Worker(decoder))
    }
    self.workers = workers
  }

  /// Throws what has gone wrong on any of the threads since the last time.
  func check() throws(KoqError) {
    var first: KoqError?
    for worker in workers {
      first = first ?? worker.failure
      worker.failure = nil
    }
    if let first { throw first }
  }
}

/// The tasks of a `SectionLoader` as a parallel loop; failures are kept for `SectionLoader.check`.
package struct SectionLoad: ParallelLoop {
  let loader: SectionLoader
  let tasks: [LoadTask]
  let buffer: UnsafeMutableRawPointer

  var count: Int { tasks.count }

  package func perform(index: Int, worker: Int) {
    let worker = loader.workers[worker]
    worker.catching { () throws(KoqError) in try perform(tasks[index], worker.decoder) }
  }

  private func perform(_ task: LoadTask, _ decoder: SectionDecoder) throws(KoqError) {
    let file = loader.file
    let entry = file.sections[task.section]
    guard let offset = task.offset else {
      if let end = task.end { return try loader.gradualHash.advance(entry, to: end) }
      return try file.verify(entry, using: decoder)
    }
    let rows = task.block.map { entry.rows(ofBlock: $0).count } ?? entry.rows
    let output = UnsafeMutableRawBufferPointer(start: buffer + offset, count: rows * entry.rowLength)
    if let block = task.block {
      try file.decodeBlock(entry, block, into: output, using: decoder)
    } else {
      try file.decode(entry, into: output, using: decoder)
    }
  }
}
