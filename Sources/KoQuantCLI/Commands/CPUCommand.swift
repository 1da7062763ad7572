import ArgumentParser
import Kernels
import KoQuant

struct CPUCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cpu",
    abstract: "Print what this CPU offers and which kernels will run.",
    discussion: """
      All kernels compute the same bits; they differ in speed alone. KOQUANT_ISA=NAME chooses one.
      """)

  func run() throws {
    try reportingFailures {
      let name = CPU.name()
      let tables = KernelTable.available()
      let chosen = try EmbeddingModel.selectKernels()
      var text = "CPU       \(name.isEmpty ? "unknown" : name)\n"
      text += "threads   \(ThreadPool.defaultThreads())\n"
      text += "kernels   "
      text += tables.map { table in
        table.name.description == chosen.name.description ? "\(table.name) (chosen)" : "\(table.name)"
      }.joined(separator: ", ")
      try Terminal.standardOutput.write(text + "\n")
    }
  }
}
