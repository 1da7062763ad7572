import KoQuant

/// `koquant-embed FILE.koq < TEXTS`: the least program around the core, for devices.
///
/// Its output is that of `koquant embed --model FILE.koq`, byte for byte.
struct EmbedProgram: ~Copyable {
  private static let standardOutput = OutputDescriptor(1, name: "standard output")
  private static let standardError = OutputDescriptor(2, name: "standard error")

  /// Bytes of lines that are written at a time.
  private static let outputBytes = 1 << 16

  private var lines: LineReader<SystemError>
  private var stream: EmbeddingStream
  private var output = JSONLine()

  /// Runs the program and returns its exit code.
  static func main(_ arguments: consuming Arguments) -> Int32 {
    do throws(Failure) {
      try run(arguments)
      return 0
    } catch {
      // Nowhere is left to report that standard error cannot be written.
      if let message = error.message {
        try? standardError.write(Array(("koquant-embed: " + message + "\n").utf8))
      }
      return error.status
    }
  }

  private static func run(_ arguments: consuming Arguments) throws(Failure) {
    let options: EmbedOptions
    do throws(EmbedOptions.UsageError) { options = try EmbedOptions(arguments) } catch {
      throw Failure(error)
    }
    switch options.request {
    case .help:
      do throws(SystemError) {
        try standardOutput.write(Array(EmbedOptions.usage.utf8))
      } catch {
        throw Failure(error)
      }
    case .embed(let path):
      var program: EmbedProgram
      do throws(EmbeddingError) { program = try EmbedProgram(path: path, options) } catch {
        throw Failure(error)
      }
      try program.embedAll()
    }
  }

  private init(path: String, _ options: EmbedOptions) throws(EmbeddingError) {
    let file = try KoqFile.reading(path)
    let plan = try MemoryPlan.make(
      file,
      MemoryPlan.Request(
        ceiling: options.maximumMemory, residency: options.residency, threads: options.threads,
        batchTokens: options.batchTokens))
    var session = plan.sessionOptions
    session.normalize = options.normalize
    stream = EmbeddingStream(
      try EmbeddingSession(EmbeddingModel(file, options: plan.modelOptions), options: session))
    lines = LineReader(
      descriptor: 0, name: "standard input", limit: plan.lineLimit(ceiling: options.maximumMemory))
  }

  /// Answers as soon as the input pauses, so that a caller may wait for each answer before it writes on.
  private mutating func embedAll() throws(Failure) {
    var line: [UInt8] = []
    while try readLine(into: &line) {
      if !append(line) {
        try flush()
        _ = append(line)
      }
      if !lines.hasLine() { try flush() }
    }
    try flush()
  }

  private mutating func readLine(into line: inout [UInt8]) throws(Failure) -> Bool {
    line.removeAll(keepingCapacity: true)
    do throws(LineReader<SystemError>.ReadError) {
      return try lines.next(appendingTo: &line)
    } catch {
      // What was read before the failure still gets its answer.
      try flush()
      throw Failure(error)
    }
  }

  private mutating func append(_ line: [UInt8]) -> Bool {
    line.withUnsafeBufferPointer { stream.append($0) }
  }

  /// Embeds the texts of the batch and writes their lines.
  private mutating func flush() throws(Failure) {
    if stream.count == 0 { return }
    do throws(EmbeddingError) { try stream.embed() } catch { throw Failure(error) }
    do throws(SystemError) {
      try stream.drain { record throws(SystemError) in
        output.append(record)
        if output.bytes.count >= Self.outputBytes { try Self.write(&output) }
      }
      try Self.write(&output)
    } catch {
      throw Failure(error)
    }
  }

  private static func write(_ output: inout JSONLine) throws(SystemError) {
    try standardOutput.write(output.bytes)
    output.clear()
  }
}

extension KoqFile {
  /// A file that is read, and can be mapped later.
  fileprivate static func reading(_ path: String) throws(EmbeddingError) -> KoqFile {
    do throws(KoqError) { return try KoqFile(path: path, access: .read) } catch {
      throw EmbeddingError(error)
    }
  }
}
