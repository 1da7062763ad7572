/// How a model is run within a ceiling, and what each part takes: made from the table of the file, before
/// any weight is read.
public struct MemoryPlan: Sendable {
  /// What is asked for; what is nil, the plan decides.
  public struct Request: Sendable {
    /// Bytes that the process may have in memory at its peak, pages of mapped files included.
    public var ceiling: Int?
    public var residency: Residency?
    public var threads: Int?
    public var batchTokens: Int?

    public init(
      ceiling: Int? = nil, residency: Residency? = nil, threads: Int? = nil, batchTokens: Int? = nil
    ) {
      self.ceiling = ceiling
      self.residency = residency
      self.threads = threads
      self.batchTokens = batchTokens
    }
  }

  /// What a part of the memory is for.
  public enum Part: Int, Sendable, CaseIterable {
    /// The process as it is now, and the code that it has yet to run.
    case program
    /// Tokenizer, scales and positions.
    case tables
    /// The word table, or the blocks of it that are decoded at a time.
    case words
    /// All layers, or the ring.
    case layers
    /// Activations of a batch.
    case batch
    /// Activations and stack of each thread.
    case threads
    /// Decoding contexts and compressed blocks, one for each thread.
    case decoders
    /// Texts and vectors of a batch on their way.
    case output

    public var name: StaticString {
      switch self {
      case .program: "program"
      case .tables: "tables"
      case .words: "words"
      case .layers: "layers"
      case .batch: "batch"
      case .threads: "threads"
      case .decoders: "decoders"
      case .output: "output"
      }
    }
  }

  public let residency: Residency
  public let threads: Int
  public let batchTokens: Int
  /// Layers held decoded at a time; 0 unless the model is streamed.
  public let ringLayers: Int
  /// Bytes of each part, in the order of `Part.allCases`.
  private let sizes: [Int]

  init(residency: Residency, threads: Int, batchTokens: Int, ringLayers: Int, sizes: [Int]) {
    self.residency = residency
    self.threads = threads
    self.batchTokens = batchTokens
    self.ringLayers = ringLayers
    self.sizes = sizes
  }

  /// Bytes of one part.
  public subscript(part: Part) -> Int { sizes[part.rawValue] }
  /// Bytes of all parts: the estimate of the peak.
  public var total: Int { sizes.reduce(0) { MemoryPlanner.sum($0, $1) } }

  /// Bytes of the longest line of text that a program takes within the ceiling that this plan was made for: on its way
  /// to a line of output, a line takes up to twelve times its length, measured, and a growing buffer more.
  public func lineLimit(ceiling: Int?) -> Int {
    guard let ceiling else { return LineReader<Never>.defaultLimit }
    let room = MemoryPlanner.sum(max(ceiling - total, 0), MemoryPlanner.outputBytes)
    return min(room / 16, LineReader<Never>.defaultLimit)
  }

  /// How the model is opened by this plan.
  public var modelOptions: EmbeddingModel.Options {
    EmbeddingModel.Options(residency: residency, threads: threads)
  }
  /// How a session is set up by this plan.
  public var sessionOptions: EmbeddingSession.Options {
    EmbeddingSession.Options(threads: threads, batchTokens: batchTokens, ringLayers: max(ringLayers, 1))
  }
}

extension MemoryPlan {
  /// The plan that computes fastest of those that keep within the ceiling.
  ///
  /// All weights in memory are preferred to streaming them, more threads to fewer, large batches to small ones,
  /// and a ring of two layers to one of one.
  ///
  /// - Throws: `memoryCeiling` with the least that would do.
  public static func make(_ file: KoqFile, _ request: Request) throws(EmbeddingError) -> MemoryPlan {
    let planner: MemoryPlanner
    do throws(KoqError) { planner = try MemoryPlanner(file) } catch { throw EmbeddingError(error) }
    var smallest = Int.max
    for residency in try planner.residencies(request.residency) {
      for threads in planner.threads(request.threads) {
        for tokens in planner.batchTokens(request.batchTokens) {
          for ring in residency == .streamed ? [2, 1] : [0] {
            let plan = planner.plan(residency, threads: threads, batchTokens: tokens, ringLayers: ring)
            guard let ceiling = request.ceiling, plan.total > ceiling else { return plan }
            smallest = min(smallest, plan.total)
          }
        }
      }
    }
    throw .memoryCeiling(request.ceiling ?? 0, smallest: MemoryPlanner.sum(smallest, MemoryPlanner.variation))
  }
}
