;; Opens a file in Emacs with the server, as editors/README.md sets it up, waits for a diagnostic of a rule, applies the
;; action of a title, saves, and writes down what was seen. Run as: emacs -q --batch -l emacs.el, with what it needs in the
;; environment.
(require 'json)
(package-initialize)
(require 'eglot)

(defvar asked (json-parse-string (getenv "LAMBDALINT_ASKED") :object-type 'alist))
(defvar seen (list))

(defun asked-for (name) (alist-get name asked))

(defun see (name value) (push (cons name value) seen))

(defun wait (condition)
  "Whether CONDITION comes to hold before the time is over."
  (let ((end (+ (float-time) (/ (asked-for 'wait) 1000.0))) found)
    (while (and (not (setq found (funcall condition))) (< (float-time) end))
      (accept-process-output nil 0.05))
    found))

(defun told ()
  "The diagnostic of the rule in this buffer."
  (flymake-start)
  (seq-find (lambda (each) (string-match-p (regexp-quote (asked-for 'rule)) (flymake-diagnostic-text each)))
            (flymake-diagnostics)))

(condition-case why
    (progn
      (load (asked-for 'configuration) nil t)
      (find-file (asked-for 'file))
      (see 'mode (symbol-name major-mode))
      ;; No command runs in batch, after which `eglot-ensure' starts the server.
      (run-hooks 'post-command-hook)
      (unless (wait #'eglot-current-server) (error "no server was started"))
      (unless (wait #'told) (error "nothing was told"))
      (let ((found (told)))
        (see 'message (flymake-diagnostic-text found))
        (see 'line (line-number-at-pos (flymake-diagnostic-beg found)))
        (goto-char (flymake-diagnostic-beg found)))
      (let* ((answer (jsonrpc-request
                      (eglot-current-server) :textDocument/codeAction
                      (list :textDocument (eglot--TextDocumentIdentifier)
                            :range (list :start (eglot--pos-to-lsp-position) :end (eglot--pos-to-lsp-position))
                            :context (list :diagnostics [])))))
        (see 'titles (vconcat (mapcar (lambda (each) (plist-get each :title)) answer)))
        (let ((chosen (seq-find (lambda (each) (equal (plist-get each :title) (asked-for 'title))) answer)))
          (eglot--apply-workspace-edit (plist-get chosen :edit))))
      ;; No timer for idle times runs in batch: saving tells the server of the edit, too.
      (save-buffer)
      (see 'gone (if (wait (lambda () (not (told)))) t :false)))
  (error (see 'error (error-message-string why))))

(with-temp-file (asked-for 'seen) (insert (json-serialize seen)))
(kill-emacs)
