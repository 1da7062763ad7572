import ArgumentParser
import Interchange
import KoQuant

struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Tell how a model would be run within a ceiling, and what memory each part takes.",
    discussion: """
      Makes the plan that `koquant embed` with the same options follows, from the table of the file alone: no \
      weights are read. The total is the peak of the process with full batches (VmHWM), pages of mapped files \
      included.

        koquant plan model.koq --max-memory 48MiB

      A ceiling that cannot be kept is refused with exit code 64 and the smallest that can.
      """)

  @OptionGroup var model: ModelArgument

  @OptionGroup var memory: MemoryOptions
  @OptionGroup var compute: ComputeOptions

  @Flag(name: .long, help: "Print one JSON object, sizes in bytes.")
  var json = false

  func run() throws {
    try reportingFailures {
      let file = try model.path()
      let ceiling = try memory.ceiling()
      let plan = try memory.plan(KoqFile(path: file, access: .read), compute, ceiling: ceiling)
      try Terminal.standardOutput.write(json ? plan.json(ceiling: ceiling) : plan.text(file))
    }
  }
}

extension MemoryPlan {
  fileprivate func text(_ path: String) -> String {
    var text = "\(path): \(residency.name), \(threads) thread\(threads == 1 ? "" : "s")"
    text += ", batches of \(batchTokens) tokens"
    if residency == .streamed { text += ", \(ringLayers) layer\(ringLayers == 1 ? "" : "s") at a time" }
    for part in Part.allCases { text += "\n" + Self.row(part.name.description, self[part]) }
    return text + "\n" + Self.row("total", total) + "\n"
  }

  private static func row(_ name: String, _ bytes: Int) -> String {
    let size = ByteCount.mebibytes(bytes)
    return "  " + name + String(repeating: " ", count: max(1, 24 - name.utf8.count - size.utf8.count)) + size
  }

  fileprivate func json(ceiling: Int?) -> String {
    var writer = JSONWriter()
    writer.object { object in
      object.member("residency", residency.name.description)
      object.member("threads", threads)
      object.member("batch_tokens", batchTokens)
      object.member("ring_layers", ringLayers)
      object.member("ceiling", ceiling)
      object.member("total", total)
      object.object("parts") { parts in
        for part in Part.allCases { parts.member(part.name.description, self[part]) }
      }
    }
    return String(decoding: writer.bytes, as: UTF8.self) + "\n"
  }
}
