import Kernels

/// What the parts of a plan take, from the sizes of sections and workspaces.
struct MemoryPlanner {
  private let file: KoqFile
  private let configuration: ModelConfiguration
  private let sections: ModelSections
  /// The process as it is.
  private let program: Int

  /// Code and constants that a program touches between planning and its last vector, and the rest of its heap;
  /// measured, see docs/performance.md.
  private static let programGrowth = 2 << 20
  /// What the process, as it is before planning, differs by from start to start: a ceiling that is told will do the next
  /// time.
  static let variation = 1 << 20
  /// What a thread touches of its stack, and its bookkeeping.
  private static let threadBytes = 64 << 10
  /// A zstd context.
  private static let decoderBytes = 160 << 10
  /// A text on its way in and lines on their way out.
  static let outputBytes = 256 << 10
  /// Tokens of a short text: batches of these hold the most vectors.
  private static let shortText = 8

  init(_ file: KoqFile) throws(KoqError) {
    self.file = file
    configuration = try ModelConfiguration(file, using: SectionDecoder(calls: file.calls))
    sections = try ModelSections(file, configuration, usesInPlace: false)
    program = (file.calls.residentMemory() ?? 0) + Self.programGrowth
  }

  /// The residencies to try, the fastest first.
  func residencies(_ wish: Residency?) throws(EmbeddingError) -> [Residency] {
    if let wish {
      if wish == .mapped && !file.weightsAreStored {
        throw .file(KoqError(.compressed, path: file.path))
      }
      return [wish]
    }
    let mapped = file.weightsAreStored && (try? file.mapped()) != nil
    return [mapped ? .mapped : .resident, .streamed]
  }

  func threads(_ wish: Int?) -> [Int] {
    if let wish { return [max(wish, 1)] }
    return Self.halvings(ThreadPool.defaultThreads(calls: file.calls), least: 1)
  }

  func batchTokens(_ wish: Int?) -> [Int] {
    if let wish { return [max(wish, configuration.maximumTokens)] }
    return Self.halvings(
      EmbeddingSession.Options.defaultBatchTokens, least: configuration.maximumTokens)
  }

  private static func halvings(_ first: Int, least: Int) -> [Int] {
    var values = [max(first, least)]
    while let last = values.last, last > least { values.append(max(last / 2, least)) }
    return values
  }

  func plan(_ residency: Residency, threads: Int, batchTokens: Int, ringLayers: Int) -> MemoryPlan {
    let isStreamed = residency == .streamed
    let tokens = min(batchTokens, EmbeddingSession.Options.maximumBatchTokens)
    let layout = WorkspaceLayout(configuration: configuration, tokens: tokens)
    let blocks = WordBlocks.byteCounts(wordEntry, tokens: tokens)
    // A batch that the machine cannot address fits no ceiling.
    let workers = layout.map { Self.product(threads, $0.workerBytes) } ?? .max
    var sizes = [Int](repeating: 0, count: MemoryPlan.Part.allCases.count)
    func set(_ part: MemoryPlan.Part, _ bytes: Int) { sizes[part.rawValue] = bytes }
    set(.program, program)
    set(.tables, Self.sum(documentBytes, sections.tables.byteCount))
    set(
      .words,
      isStreamed
        ? Self.sum(blocks.shared, Self.product(threads, blocks.worker)) : sections.words.byteCount)
    set(.layers, isStreamed ? Self.product(ringLayers, sections.largestLayer) : layerBytes)
    set(.batch, layout?.batchBytes ?? .max)
    set(.threads, Self.sum(workers, Self.product(threads - 1, Self.threadBytes)))
    set(.decoders, Self.product(threads, Self.sum(Self.decoderBytes, isStreamed ? largestFrame : 0)))
    let vectors = Self.product(tokens / Self.shortText, configuration.hiddenSize * 4)
    set(.output, Self.sum(Self.outputBytes, vectors))
    return MemoryPlan(
      residency: residency, threads: threads, batchTokens: batchTokens, ringLayers: ringLayers, sizes: sizes)
  }

  /// Sizes too large for `Int`, which machines with 32 bits meet, stay too large.
  static func sum(_ a: Int, _ b: Int) -> Int {
    let (sum, overflow) = a.addingReportingOverflow(b)
    return overflow ? .max : sum
  }

  private static func product(_ count: Int, _ bytes: Int) -> Int {
    let (product, overflow) = count.multipliedReportingOverflow(by: bytes)
    return overflow ? .max : product
  }

  private var wordEntry: SectionEntry { file.sections[sections.wordSection] }

  private var layerBytes: Int {
    sections.layers.reduce(0) { Self.sum($0, $1.group.byteCount) }
  }

  private var documentBytes: Int {
    [SectionName.tokenizer, .vocabulary].reduce(0) {
      Self.sum($0, file.section(named: $1)?.rawLength ?? 0)
    }
  }

  /// About the largest compressed block that is read while a layer is decoded.
  private var largestFrame: Int {
    var largest = 0
    for entry in file.sections where entry.codec == .zstd && entry.elementType == .int8 {
      largest = max(largest, entry.blocks == 0 ? entry.storedLength : entry.rowsPerBlock * entry.rowLength)
    }
    return largest
  }
}
